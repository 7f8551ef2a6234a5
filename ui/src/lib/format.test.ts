import { describe, expect, it } from 'vitest';
import { aboutMinutes, ago, bytes, civilDay, counted, countdown, languageName, money, percent, readable, sentenceCase, shortList, withoutStop } from './format';

const at = (text: string) => new Date(text);

describe('sentences of the engine', () => {
  it('get their large numbers as the reader writes them', () => {
    expect(readable('worth 72000-144000 EUR a year')).toBe('worth €72,000–€144,000 a year');
    expect(readable('144000 EUR, above your line of 45000 EUR')).toBe('€144,000, above your line of €45,000');
    expect(readable('up to 144,000 EUR a year (1,200 people); your line is 45,000 EUR.')).toBe('up to €144,000 a year (1,200 people); your line is €45,000.');
    expect(readable('1400 people, founded in 1962, 8000 Aarhus')).toBe('1,400 people, founded in 1962, 8000 Aarhus');
  });

  it('lose their full stop inside ours', () => {
    expect(withoutStop('2 facts on 5 pages.')).toBe('2 facts on 5 pages');
    expect(withoutStop('2 facts on 5 pages')).toBe('2 facts on 5 pages');
  });

  it('are shortened by whole parts', () => {
    expect(shortList('Denmark, Sweden, Norway', 12)).toBe('Denmark +2');
    expect(shortList('SAP, Oracle', 12)).toBe('SAP, Oracle');
    expect(shortList('50-500', 4)).toBe('50-500');
  });
});

describe('times and amounts', () => {
  it('rounds minutes and goes over to hours above 90', () => {
    expect(aboutMinutes(20)).toBe('about 1 min');
    expect(aboutMinutes(252)).toBe('about 4 min');
    expect(aboutMinutes(90 * 60)).toBe('about 90 min');
    expect(aboutMinutes(100 * 60)).toBe('about 1.5 h');
    expect(aboutMinutes(3667 * 60)).toBe('about 61 h');
  });

  it('counts down to the second and stops at now', () => {
    const now = at('2026-11-05T10:00:00Z');
    expect(countdown(at('2026-11-05T10:09:41Z'), now)).toBe('9:41');
    expect(countdown(at('2026-11-05T11:00:05Z'), now)).toBe('1:00:05');
    expect(countdown(at('2026-11-05T09:59:59Z'), now)).toBe('now');
  });

  it('says how long ago something was', () => {
    const now = at('2026-11-05T10:00:00Z');
    expect(ago(at('2026-11-05T09:59:40Z'), now)).toBe('just now');
    expect(ago(at('2026-11-05T08:00:00Z'), now)).toBe('2 hours ago');
    expect(ago(at('2026-11-01T10:00:00Z'), now)).toBe('4 days ago');
  });

  it('never leaves a number without its unit', () => {
    expect(percent(0.617)).toBe('62\u00a0%');
    expect(counted(1, 'lead')).toBe('1 lead');
    expect(counted(12, 'lead')).toBe('12 leads');
    expect(bytes(1_258_291)).toBe('1.2 MB');
  });

  it('writes amounts of currencies it does not know', () => {
    expect(money(1200, 'EUR')).toContain('1');
    expect(money(1200, 'not a code')).toContain('not a code');
  });

  it('makes words of names', () => {
    expect(sentenceCase('professional_services')).toBe('Professional services');
  });
});

it('a day of a page is the same day in every time zone', () => {
  expect(civilDay('2026-10-27')).toMatch(/^27 Oct 2026$|^Oct 27, 2026$/);
});

it('a language is called by its name, and what is none stays as it is', () => {
  expect(languageName('fr')).toBe('French');
  expect(languageName('x{')).toBe('x{');
});
