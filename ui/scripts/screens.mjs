// Pictures of every screen in both themes, and axe-core on each: `npm run screens [name]`. Builds the window with the
// in-memory backend, and the one without it, whose size is measured, unless `--built` says that it is fresh. Serves the
// former under the strict content policy of the real window, and drives Chromium. Ends with a non-zero code when a page
// breaks a rule of axe, the content policy, or the budgets (rows in the DOM, script size).
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UI, WIDE, build, launch, serve } from './browser.mjs';

const OUT = join(UI, 'screens-out');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Most script of the window, compressed, in bytes. */
const MOST_SCRIPT = 300 * 1024;
/** Most rows of a list in the DOM at any scroll position. */
const MOST_ROWS = 60;
const MIDDLE = { width: 1000, height: 760 };
/** A window of 1280 x 800 at 200 %. */
const SMALL = { width: 640, height: 400 };
const NARROW = { width: 640, height: 760 };

const go = (letter) => async (page) => {
  await page.keyboard.press('g');
  await page.keyboard.press(letter);
};
const keys = (...presses) => async (page) => {
  for (const press of presses) await page.keyboard.press(press);
};
const chain = (...steps) => async (page) => {
  for (const step of steps) await step(page);
};
const fileOf = (page) => page.setInputFiles('input[type=file]', { name: 'fair-visitors.csv', mimeType: 'text/csv', buffer: Buffer.from('Company,Website\n') });
const press = (name) => (page) => page.getByRole('button', { name }).first().click();
const exactly = (name) => (page) => page.getByRole('button', { name, exact: true }).click();
const scroll = (selector) => (page) => page.locator(selector).evaluate((element) => element.scrollIntoView({ block: 'start' }));
const wait = (ms) => (page) => page.waitForTimeout(ms);

const messages = [(page) => page.getByText('Fill in an example').click(), (page) => page.getByText('Go on to messages').click(), wait(100)];

/** name, address, what is done before the picture, sizes, how the browser looks at it */
const SCREENS = [
  ['review', '', null, [WIDE, MIDDLE, NARROW]],
  ['review-proof', '', keys('Space', 'Space'), [WIDE, MIDDLE, NARROW]],
  ['review-vouch', '', keys('a'), [WIDE]],
  ['review-blind', '', keys('j'), [WIDE]],
  ['review-decided', '', keys('j', 'j', 'j', 'a', 'x', '3', 'x'), [WIDE, NARROW]],
  ['review-edit', '', async (page) => { await keys('j', 'j', 'j', 'e')(page); await page.fill('#edit-body', (await page.inputValue('#edit-body')).replace('Would 20 minutes next week be worth it', 'Is a short call next week worth it')); }, [WIDE, NARROW]],
  ['review-fact-wrong', '', keys('j', 'j', 'j', 'Space', 'f'), [WIDE]],
  ['review-long-name', '', keys('j', 'j', 'j', 'j', 'j'), [WIDE, NARROW]],
  ['review-right-to-left', '', keys('j', 'j', 'j', 'j', 'j', 'j'), [WIDE]],
  ['review-emoji', '', keys('j', 'j', 'j', 'j', 'j', 'j', 'j', 'j'), [WIDE]],
  ['review-no-draft', '', keys('j', 'j', 'j', 'j', 'j', 'j', 'j', 'j', 'j', 'j'), [WIDE]],
  ['review-redraft', '', keys('r'), [WIDE]],
  ['review-rewritten', '?rewritten', keys('j', 'j', 'j'), [WIDE, NARROW]],
  ['review-later', '', keys('Shift+S'), [WIDE]],
  ['review-block', '', keys('b'), [WIDE]],
  ['review-ten-thousand', '?items=10000', async (page) => { for (let i = 0; i < 40; i++) await page.keyboard.press('j'); await page.waitForTimeout(200); }, [WIDE]],
  ['review-plan', '', chain(keys('p'), wait(100)), [WIDE, NARROW, SMALL]],
  ['review-sitting-leads', '?items=40', chain(keys('p'), wait(100), (page) => page.getByText('Alike ones together').click(), (page) => page.getByText('All leads, then the mails').click(), press(/^Begin with/), wait(300), keys('a', 'x')), [WIDE, NARROW]],
  ['review-sitting-mails', '?items=5', chain(keys('p'), wait(100), (page) => page.getByText('All leads, then the mails').click(), press(/^Begin with/), wait(300), keys('a', 'a', 'a', 'a'), wait(200), keys('x'), wait(200), press(/^Read 4 mails/), wait(200)), [WIDE]],
  ['review-sitting-between', '?items=5', chain(keys('p'), wait(100), (page) => page.getByText('All leads, then the mails').click(), press(/^Begin with/), wait(300), keys('a', 'a', 'a', 'a', 'x'), wait(200)), [WIDE]],
  ['review-known', '?items=40', keys('j', 'j', 'j', 'a'), [WIDE]],
  ['exceptions', '', chain(go('e'), wait(250)), [WIDE, MIDDLE, NARROW, SMALL]],
  ['exceptions-offline', '?offline&engine=openai_compatible', chain(go('e'), wait(250)), [WIDE]],
  ['exceptions-ten-thousand', '?items=10000', chain(go('e'), wait(250)), [WIDE]],
  ['exceptions-none', '?items=0&nomails', chain(go('e'), wait(250)), [WIDE]],
  ['exceptions-read-only', '?readonly', chain(go('e'), wait(250)), [WIDE]],
  ['exceptions-error', '?fail=exception_desk:store', go('e'), [WIDE]],
  ['exceptions-loading', '?silent=exception_desk', go('e'), [WIDE]],
  ['palette-leads', '', chain(keys('Control+k'), wait(100), (page) => page.keyboard.type('sol'), wait(400)), [WIDE, SMALL]],
  ['report', '', chain(go('i'), wait(200), press('Weekly report'), wait(100)), [WIDE, NARROW]],
  ...[['insights', go('i')], ['leads', go('l')], ['outbox', go('o')], ['trust', go('t')], ['audit', go('a')], ['workflows', go('w')], ['settings', go('s')]].map(([name, act]) => [`${name}-zoomed`, '', chain(act, wait(300)), [SMALL]]),
  ['exceptions-forced-colours', '', chain(go('e'), wait(250)), [WIDE], { forcedColors: 'active' }],
  ['review-empty', '?items=0', null, [WIDE, NARROW]],
  ['review-error', '?fail=queue_page:store', null, [WIDE]],
  ['review-rolled-back', '?fail=decide:disk_full', keys('j', 'j', 'j', 'a'), [WIDE]],
  ['review-offline', '?offline', null, [WIDE, NARROW]],
  ['review-read-only', '?readonly', null, [WIDE]],
  ['review-theme-dark', '?theme=dark', null, [WIDE]],
  ['review-loading', '?silent=item', null, [WIDE]],
  ['leads-loading', '?silent=lead_page', go('l'), [WIDE]],
  ['palette', '', keys('Control+k'), [WIDE]],
  ['keys', '', keys('Shift+?'), [WIDE, NARROW]],
  ['messages', '', (page) => page.click('[aria-label^="Messages:"]'), [WIDE]],
  ['leads', '', go('l'), [WIDE, NARROW]],
  ['leads-detail', '', chain(go('l'), wait(100), keys('j')), [WIDE, NARROW]],
  ['leads-edit', '', chain(go('l'), wait(100), keys('j'), (page) => page.getByRole('button', { name: 'Edit lead' }).click()), [WIDE]],
  ['leads-ten-thousand', '?items=10000', go('l'), [WIDE]],
  ['leads-empty', '?items=0&noleads', go('l'), [WIDE]],
  ['import', '', chain(go('l'), (page) => page.getByRole('button', { name: 'Import leads' }).click()), [WIDE]],
  ['workflow-examples', '', chain(go('w'), (page) => page.getByRole('button', { name: 'From companies I know' }).click(), wait(100)), [WIDE, NARROW]],
  ['workflow-examples-proposed', '', chain(go('w'), (page) => page.getByRole('button', { name: 'From companies I know' }).click(), (page) => page.getByLabel('Companies you would want').fill('a.example\nb.example\nc.example'), (page) => page.getByLabel('Companies you would not want').fill('d.example\ne.example\nf.example'), (page) => page.getByRole('button', { name: 'Read their pages' }).click(), wait(100)), [WIDE, NARROW]],
  ['find', '', chain(go('l'), (page) => page.getByRole('button', { name: 'Find companies' }).click(), wait(100)), [WIDE]],
  ['find-results', '', chain(go('l'), (page) => page.getByRole('button', { name: 'Find companies' }).click(), (page) => page.getByLabel('Address of the page').fill('https://www.fair.example/exhibitors'), (page) => page.getByRole('button', { name: 'Read the list' }).click(), wait(100)), [WIDE, NARROW]],
  ['import-preview', '', chain(go('l'), (page) => page.getByRole('button', { name: 'Import leads' }).click(), fileOf, wait(100)), [WIDE, NARROW]],
  ['import-done', '', chain(go('l'), (page) => page.getByRole('button', { name: 'Import leads' }).click(), fileOf, (page) => page.getByRole('button', { name: /^Import 812/ }).click()), [WIDE]],
  ['workflows', '', go('w'), [WIDE, NARROW]],
  ['workflows-schedule', '', chain(go('w'), wait(100), scroll('#schedule-title')), [WIDE, NARROW]],
  ['workflows-schedule-paused', '', chain(go('w'), wait(100), press('Pause batches'), scroll('#schedule-title')), [WIDE]],
  ['workflows-trial', '', chain(go('w'), wait(100), (page) => page.getByRole('button', { name: /^Remove / }).first().click(), press('What would this change?'), wait(150)), [WIDE, NARROW]],
  ['workflows-fault', '', chain(go('w'), (page) => page.getByLabel('The one question a mail ends with').fill('Call me.'), (page) => page.getByRole('button', { name: /^Save as/ }).click(), wait(100)), [WIDE]],
  ['outbox', '', go('o'), [WIDE, NARROW]],
  ['outbox-held', '', chain(go('o'), (page) => page.getByRole('button', { name: 'Hold all sending' }).click()), [WIDE]],
  ['outbox-mail', '', chain(go('o'), wait(100), (page) => page.locator('.link').first().click()), [WIDE]],
  ...[1, 2, 3, 4].map((level) => [`trust-level-${level}`, `?level=${level}`, chain(go('t'), wait(250)), level === 3 ? [WIDE, MIDDLE, NARROW] : [WIDE]]),
  ['trust-proposed', '?level=1&proposed', chain(go('t'), wait(250)), [WIDE, NARROW]],
  ['trust-proposed-asks', '?level=2&proposed', chain(go('t'), wait(100), press('Move to level 3…')), [WIDE]],
  ['trust-override', '?level=2&override=60', chain(go('t'), wait(250)), [WIDE, MIDDLE, NARROW]],
  ['trust-override-asks', '?level=2', chain(go('t'), wait(100), press('Override…'), (page) => page.getByLabel(/^Decide alone from/).fill('40')), [WIDE, NARROW]],
  ['trust-amber', '?level=3&amber', chain(go('t'), wait(250)), [WIDE]],
  ['trust-what-if', '?level=3', chain(go('t'), wait(250), (page) => page.getByLabel(/^Line at/).fill('62'), wait(250), scroll('#what-if-title')), [WIDE, NARROW]],
  ['trust-what-if-level', '?level=3', chain(go('t'), wait(250), scroll('#what-if-title'), (page) => page.getByLabel(/^as at/).selectOption('verify_exceptions'), wait(250)), [WIDE, NARROW]],
  ['trust-what-if-table', '?level=3', chain(go('t'), wait(250), scroll('#what-if-title'), press('Show as table')), [WIDE]],
  ['trust-settings', '?level=3&events=10000', chain(go('t'), wait(250), scroll('#policy-title')), [WIDE, NARROW]],
  ['trust-era', '?level=3', chain(go('t'), wait(250), scroll('#era-title')), [WIDE, NARROW]],
  ['trust-era-asks', '?level=3', chain(go('t'), wait(250), (page) => page.getByLabel('What changed').fill('We sell to hospitals now'), press('Begin a new era…')), [WIDE]],
  ['trust-unlearn', '?level=3', chain(go('t'), wait(250), (page) => page.getByLabel('Which day').fill('2026-11-03'), press('Unlearn the day…')), [WIDE]],
  ['trust-fresh', '?level=1&fresh', chain(go('t'), wait(250)), [WIDE]],
  ['trust-error', '?fail=trust:store', go('t'), [WIDE]],
  ['trust-loading', '?silent=trust', go('t'), [WIDE]],
  ['trust-read-only', '?level=3&proposed&readonly', chain(go('t'), wait(250)), [WIDE]],
  ['audit', '?level=3&items=40', go('a'), [WIDE, NARROW]],
  ['audit-run', '?level=3&items=40', chain(go('a'), wait(100), press(/^Start 5/), wait(150)), [WIDE, MIDDLE, NARROW]],
  ['audit-finished', '?level=3&items=40', chain(go('a'), wait(100), press(/^Start 5/), wait(150), async (page) => { for (let n = 0; n < 5; n++) { await page.keyboard.press('x'); await page.waitForTimeout(80); } }), [WIDE, NARROW]],
  ['audit-checks-finished', '?level=4&noaudit&checks=1', chain(go('a'), wait(100), press(/^Check 1/), wait(150), keys('x')), [WIDE]],
  ['audit-ten-thousand', '?level=3&items=10040&checks=10000', chain(go('a'), wait(200), press(/^Check 10,000/), wait(300)), [WIDE]],
  ['audit-level-1', '?level=1', go('a'), [WIDE]],
  ['audit-level-2', '?level=2', go('a'), [WIDE]],
  ['audit-nothing', '?level=3&checks=0&noaudit', go('a'), [WIDE]],
  ['audit-error', '?level=3&fail=audit:store', go('a'), [WIDE]],
  ['audit-loading', '?silent=audit', go('a'), [WIDE]],
  ['insights', '', chain(go('i'), wait(200)), [WIDE, MIDDLE, NARROW]],
  ['insights-middle', '', chain(go('i'), wait(200), scroll('[aria-label="Reliability"]')), [WIDE, NARROW]],
  ['insights-profile', '', chain(go('i'), wait(200), scroll('#profile-title'), press('Dismiss: industry: retail'), wait(200), scroll('#profile-title')), [WIDE, NARROW]],
  ['insights-rules', '', chain(go('i'), wait(200), scroll('#rules-title')), [WIDE, NARROW]],
  ['insights-proof', '', chain(go('i'), wait(400), scroll('#proof-title')), [WIDE, NARROW]],
  ['insights-proof-unknown', '?weeks=1', chain(go('i'), wait(400), scroll('#proof-title')), [WIDE]],
  ['insights-end', '', chain(go('i'), wait(200), scroll('#lessons-title')), [WIDE, NARROW]],
  ['insights-tables', '', chain(go('i'), wait(200), async (page) => { for (let n = 0; n < 4; n++) await page.getByRole('button', { name: 'Show as table' }).first().click(); }), [WIDE]],
  ['insights-two-weeks', '?weeks=2', chain(go('i'), wait(200)), [WIDE]],
  ['insights-year', '?weeks=52', chain(go('i'), wait(200)), [WIDE]],
  ['insights-fresh', '?fresh', go('i'), [WIDE]],
  ['insights-team', '?team&split', chain(go('i'), wait(250), scroll('#team-title'), (page) => page.getByText(/judged both ways/).last().click()), [WIDE, NARROW]],
  ['insights-team-unknown', '?team&fewpairs', chain(go('i'), wait(250), scroll('#team-title')), [WIDE]],
  ['insights-error', '?fail=insights:store', go('i'), [WIDE]],
  ['insights-loading', '?silent=insights', go('i'), [WIDE]],
  ['review-opinions', '?team', chain((page) => page.getByLabel('Who decides').selectOption('Ben Okafor'), wait(150), press(/^Opinions/), wait(150)), [WIDE, MIDDLE]],
  ['review-stop', '?stop', chain(keys('x'), wait(150)), [WIDE]],
  ['review-taught', '', chain(keys('j', 'j', 'j', 'a'), wait(100)), [WIDE]],
  ['review-why-not', '', async (page) => { const why = page.getByText('Why not? The most similar lead you accepted'); for (let i = 0; i < 12 && !(await why.isVisible()); i++) { await page.keyboard.press('j'); await page.waitForTimeout(120); } await why.click(); await page.waitForTimeout(120); await why.scrollIntoViewIfNeeded(); await page.getByText('The accepted one').scrollIntoViewIfNeeded(); }, [WIDE]],
  ['review-receipt', '', chain(keys('j', 'j', 'j'), wait(100), (page) => page.getByText('Receipt: how this came to you').click(), wait(100), (page) => page.getByText('Receipt: how this came to you').scrollIntoViewIfNeeded(), (page) => page.getByLabel('Receipt: Mail').scrollIntoViewIfNeeded()), [WIDE]],
  ['review-override', '?override=40', null, [WIDE, NARROW]],
  ['leads-estimate', '?engine=openai_compatible', chain(go('l'), wait(250)), [WIDE, NARROW]],
  ['settings', '', go('s'), [WIDE, NARROW]],
  ['settings-quiet', '', chain(go('s'), wait(100), scroll('#notify-title')), [WIDE]],
  ['settings-reviewers', '?team', chain(go('s'), wait(250), scroll('#notify-title')), [WIDE, MIDDLE, NARROW]],
  ['settings-context', '', chain(go('s'), wait(250), scroll('#exceptions-title')), [WIDE, NARROW]],
  ['settings-notes', '', chain(go('s'), wait(250), scroll('#notes-title')), [WIDE]],
  ['settings-engines', '', chain(go('s'), (page) => page.getByRole('button', { name: /^Look for models/ }).click(), (page) => page.getByRole('button', { name: 'Test: Built-in engine' }).click()), [WIDE]],
  ['settings-parts', '?engine=openai_compatible', chain(go('s'), wait(250), press(/^Look for models/), wait(150), (page) => page.getByRole('combobox', { name: 'Reads pages' }).evaluate((field) => field.scrollIntoView({ block: 'center' }))), [WIDE, NARROW]],
  ['settings-egress', '?engine=openai_compatible', chain(go('s'), wait(250), (page) => page.getByRole('radio', { name: 'Block' }).check({ force: true }), wait(150), press(/^Write a mail .*api.openai.com/), wait(150), scroll('#egress-title')), [WIDE, NARROW]],
  ['settings-data', '', chain(go('s'), wait(250), scroll('#data-title')), [WIDE, NARROW]],
  ['settings-restore', '', chain(go('s'), wait(250), press(/^Restore the backup of/), wait(150)), [WIDE, NARROW]],
  ['settings-restored', '', chain(go('s'), wait(250), press(/^Restore the backup of/), wait(150), exactly('Restore the backup'), wait(400), scroll('#data-title')), [WIDE]],
  ['settings-backup-rejected', '?fail=preview_restore:backup_rejected', chain(go('s'), wait(250), press(/^Restore the backup of/), wait(150), scroll('#data-title')), [WIDE]],
  ['settings-person', '', chain(go('s'), wait(250), (page) => page.getByLabel('Name, address or company').fill('wei'), exactly('Look'), wait(150), (page) => page.getByRole('button', { name: 'What is held about Wei Rao' }).scrollIntoViewIfNeeded()), [WIDE, NARROW]],
  ['settings-erase', '', chain(go('s'), wait(250), (page) => page.getByLabel('Name, address or company').fill('wei'), exactly('Look'), wait(150), press('What is held about Wei Rao'), wait(150)), [WIDE, NARROW]],
  ['settings-diagnostics', '', chain(go('s'), wait(250), press('Show the diagnostics'), wait(150), (page) => page.getByRole('region', { name: 'The diagnostics' }).scrollIntoViewIfNeeded()), [WIDE, NARROW]],
  ['settings-keys', '', chain(go('s'), (page) => page.getByText('Change keys').click(), (page) => page.getByText('Change keys').scrollIntoViewIfNeeded()), [WIDE]],
  ['settings-mail-test', '?fail=test_mail_account:smtp', chain(go('s'), (page) => page.getByRole('button', { name: 'Test connection' }).click()), [WIDE]],
  ['onboarding', '?startup=new', null, [WIDE, NARROW]],
  ['onboarding-passphrase', '?startup=new&nokeychain', (page) => page.getByText('Set up your own').click(), [WIDE]],
  ['onboarding-recovery', '?startup=new', (page) => page.getByText('Set up your own').click(), [WIDE]],
  ['onboarding-recovery-back', '?startup=new', chain((page) => page.getByText('Set up your own').click(), (page) => page.getByText('I have written it down').click(), (page) => page.getByLabel('The third group').fill('2M9XD'), (page) => page.getByLabel('The sixth group').fill('WRONG'), (page) => page.getByRole('button', { name: 'Go on', exact: true }).click()), [WIDE]],
  ['onboarding-profile', '?noworkflow', (page) => page.getByText('Fill in an example').click(), [WIDE, NARROW]],
  ['onboarding-messages', '?noworkflow', chain(...messages), [WIDE, NARROW]],
  ['onboarding-engine', '?noworkflow', chain(...messages, (page) => page.getByText('Fill in an example').click(), (page) => page.getByText('Go on to the engine').click(), wait(100)), [WIDE]],
  ['onboarding-leads', '?noworkflow&noleads', chain(...messages, (page) => page.getByText('Fill in an example').click(), (page) => page.getByText('Go on to the engine').click(), (page) => page.getByText('Go on to leads').click(), wait(100)), [WIDE]],
  ['onboarding-arriving', '?startup=new&arrival=40000', (page) => page.getByText('Use the demo workspace').click(), [WIDE, NARROW]],
  ['passphrase', '?startup=passphrase', null, [WIDE, NARROW]],
  ['trouble', '?startup=trouble:disk_full', (page) => page.getByText('What the program says').click(), [WIDE]],
  ['review-tone', '?items=40', async (page) => { const meant = page.locator('mark', { hasText: 'slaves away' }); for (let i = 0; i < 14 && !(await meant.isVisible()); i++) { await page.keyboard.press('j'); await page.waitForTimeout(120); } }, [WIDE]],
  ['settings-engine-chosen', '?engine=openai_compatible', chain(go('s'), wait(250), (page) => page.getByLabel('Most questions at once').scrollIntoViewIfNeeded()), [WIDE]],
  ['review-stand-in', '?engine=ollama', keys('j', 'j', 'j'), [WIDE]],
  ['review-no-workflow', '?noworkflow&items=0', (page) => page.getByText('Finish later').click(), [WIDE]],
  ['workflows-compare', '', chain(go('w'), wait(100), (page) => page.getByRole('button', { name: 'Compare: version 1' }).click()), [WIDE, NARROW]],
  ['outbox-read-only', '?readonly', go('o'), [WIDE]],
  ['outbox-empty', '?nomails', go('o'), [WIDE]],
  ['outbox-error', '?fail=outbox:store', go('o'), [WIDE]],
  ['review-zoomed', '', null, [{ width: 640, height: 400 }]],
  ...['absent', 'locked', 'denied', 'emptied', 'wrong_key', 'not_answering', 'failing'].map((trouble) => [`keychain-${trouble}`, `?startup=keychain:${trouble}`, null, trouble === 'locked' ? [WIDE, NARROW] : [WIDE]]),
  ['keychain-recovery', '?startup=keychain:emptied', chain((page) => page.getByText('Enter the recovery key').click(), (page) => page.getByLabel('Recovery key').fill('ARK1'), (page) => page.getByRole('button', { name: 'Open', exact: true }).click()), [WIDE]],
  ['review-long-mail', '?longmails', keys('j', 'j', 'j'), [WIDE, NARROW]],
  ['review-long-mail-edit', '?longmails', keys('j', 'j', 'j', 'e'), [WIDE]],
  ['leads-read-only', '?readonly', chain(go('l'), wait(100), keys('j')), [WIDE]],
  ['leads-error', '?fail=lead_page:store', go('l'), [WIDE]],
  ['workflows-read-only', '?readonly', go('w'), [WIDE]],
  ['workflows-loading', '?silent=workflows', go('w'), [WIDE]],
  ['workflows-error', '?fail=workflows:store', go('w'), [WIDE]],
  ['outbox-loading', '?silent=outbox', go('o'), [WIDE]],
  ['settings-read-only', '?readonly', go('s'), [WIDE]],
  ['settings-loading', '?silent=suppressions', go('s'), [WIDE]],
  ['settings-error', '?fail=suppressions:store', go('s'), [WIDE]],
  ...[['review', keys('Space')], ['leads', chain(go('l'), wait(100), keys('j'))], ['workflows', go('w')], ['outbox', go('o')], ['settings', go('s')]].map(([name, act]) => [`${name}-forced-colours`, '', act, [WIDE], { forcedColors: 'active' }]),
  ['in-use', '?startup=in_use', null, [WIDE]],
  ['damaged', '?startup=damaged', null, [WIDE]],
];

function scriptSize() {
  const dist = join(UI, 'dist', 'assets');
  return readdirSync(dist).filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
}

async function picture(browser, base, [name, address, act, , look], theme, size) {
  const context = await browser.newContext({ viewport: size, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Europe/Copenhagen', bypassCSP: false, ...look });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  await page.clock.setFixedTime(new Date('2026-11-05T10:42:00Z'));
  await page.goto(`${base}/${address}`);
  await page.waitForSelector('h1:not(:has-text("is opening"))', { state: 'attached' });
  await page.waitForTimeout(150);
  if (act) await act(page);
  await page.waitForTimeout(150);
  const file = `${name}-${theme}-${size.width}${size === SMALL ? 'x400' : ''}.png`;
  await page.screenshot({ path: join(OUT, file) });
  const rows = await page.locator('[role=option]').count();
  if (rows > MOST_ROWS) faults.push(`${rows} rows in the DOM`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (overflow) faults.push('wider than the window');
  await page.evaluate(AXE);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const violation of result.violations) faults.push(`axe ${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')}${violation.id === 'color-contrast' ? ` (${node.any[0]?.data?.contrastRatio})` : ''}`).slice(0, 4).join(' | ')}`);
  await context.close();
  return { file, faults, passes: result.passes.length, rows };
}

async function main() {
  const wanted = process.argv.slice(2).filter((argument) => argument !== '--built');
  build('browser');
  if (!process.argv.includes('--built')) build(null);
  if (wanted.length === 0) rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const { base, close } = await serve();
  const browser = await launch();
  let pictures = 0;
  let broken = 0;
  for (const screen of SCREENS.filter(([name]) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)))) {
    for (const theme of ['light', 'dark']) {
      for (const size of screen[3]) {
        const { file, faults } = await picture(browser, base, screen, theme, size).catch((error) => ({ file: `${screen[0]}-${theme}-${size.width}`, faults: [error.message.split('\n')[0]] }));
        pictures++;
        if (faults.length > 0) broken++;
        for (const fault of faults) console.log(`✗ ${file}: ${fault}`);
      }
    }
  }
  await browser.close();
  close();
  const size = scriptSize();
  console.log(`${pictures} pictures, ${broken} with faults, script ${(size / 1024).toFixed(0)} KB compressed (at most ${MOST_SCRIPT / 1024})`);
  process.exit(broken > 0 || size > MOST_SCRIPT ? 1 : 0);
}

await main();
