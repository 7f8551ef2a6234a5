// Every key of the window, in one table. Screens say what an action does; only this file knows which key means it.
// Letters work outside text fields only, can be remapped and switched off (WCAG 2.1.4), ignore key repeat and stray
// modifiers, and are found by position on keyboards without Latin letters.
import { matchKeyBindingPress, parseKeybinding } from 'tinykeys';

export type Scope = 'everywhere' | 'review';

interface Entry {
  scope: Scope;
  /** What the key does, for the list of keys and the palette. */
  words: string;
  /** One or more bindings in the notation of tinykeys. */
  keys: string[];
  /** Also while a text field has the focus. */
  inFields?: true;
  /** A held key goes on. */
  repeats?: true;
}

const entry = (scope: Scope, words: string, keys: string[], more: Pick<Entry, 'inFields' | 'repeats'> = {}): Entry => ({ scope, words, keys, ...more });

export const KEYS = {
  accept: entry('review', 'Accept all that is pending', ['a']),
  accept_lead: entry('review', 'Accept the lead, ask for a new draft', ['Shift+a']),
  reject: entry('review', 'Reject the lead', ['x']),
  reject_mail: entry('review', 'Reject the draft, keep the lead', ['Shift+x']),
  edit: entry('review', 'Edit the mail', ['e']),
  save_edit: entry('review', 'Save the edit and accept', ['$mod+Enter'], { inFields: true }),
  later: entry('review', 'Later today', ['s']),
  later_day: entry('review', 'Later, on a day', ['Shift+s']),
  undo: entry('everywhere', 'Undo', ['z', '$mod+z']),
  redo: entry('everywhere', 'Redo', ['Shift+z', '$mod+Shift+z']),
  next: entry('review', 'Next item', ['j', 'ArrowDown'], { repeats: true }),
  previous: entry('review', 'Previous item', ['k', 'ArrowUp'], { repeats: true }),
  next_proof: entry('review', 'Next proof', ['Space']),
  previous_proof: entry('review', 'Previous proof', ['Shift+Space']),
  diff: entry('review', 'Show what the edit changes', ['d']),
  open_source: entry('review', 'Open the source page', ['o']),
  fact_wrong: entry('review', 'This fact is wrong', ['f']),
  note: entry('review', 'Write a note', ['n']),
  redraft: entry('review', 'Ask for a new draft', ['r']),
  block: entry('review', 'Do not contact', ['b']),
  copy: entry('review', 'Copy as text', ['c']),
  plan: entry('review', 'Plan a sitting', ['p']),
  split_before: entry('review', 'Previous part of the queue', ['[']),
  split_after: entry('review', 'Next part of the queue', [']']),
  filter: entry('everywhere', 'Filter the list', ['/']),
  help: entry('everywhere', 'All keys', ['Shift+?', '?']),
  palette: entry('everywhere', 'Find a screen or a command', ['$mod+k'], { inFields: true }),
  confirm: entry('review', 'Confirm what is asked', ['Enter']),
  leave: entry('everywhere', 'Leave, keep the text', ['Escape'], { inFields: true }),
  reason_1: entry('review', 'Reason: not our ICP', ['1']),
  reason_2: entry('review', 'Reason: wrong person', ['2']),
  reason_3: entry('review', 'Reason: bad timing', ['3']),
  reason_4: entry('review', 'Reason: facts wrong', ['4']),
  reason_5: entry('review', 'Reason: in talks', ['5']),
  reason_6: entry('review', 'Reason: tone', ['6']),
  reason_7: entry('review', 'Reason: too small or large', ['7']),
  reason_8: entry('review', 'Reason: competitor', ['8']),
  reason_9: entry('review', 'Reason: do not contact', ['9']),
  go_review: entry('everywhere', 'Go to Review', ['g r']),
  go_exceptions: entry('everywhere', 'Go to Exceptions', ['g e']),
  go_audit: entry('everywhere', 'Go to Audit', ['g a']),
  go_insights: entry('everywhere', 'Go to Insights', ['g i']),
  go_leads: entry('everywhere', 'Go to Leads', ['g l']),
  go_workflows: entry('everywhere', 'Go to Workflows', ['g w']),
  go_trust: entry('everywhere', 'Go to Trust', ['g t']),
  go_outbox: entry('everywhere', 'Go to Outbox', ['g o']),
  go_settings: entry('everywhere', 'Go to Settings', ['g s']),
} satisfies Record<string, Entry>;

export type Action = keyof typeof KEYS;
export const ACTIONS = Object.keys(KEYS) as Action[];

export type Handlers = Partial<Record<Action, () => void>>;

/** How long a prefix such as G waits for its second key, in milliseconds. */
const PREFIX_MS = 1_500;

interface Layer {
  handlers: Handlers;
  /** Nothing below is reached: a dialog is open. */
  isModal: boolean;
}

export interface KeyChoices {
  /** Single letters, digits and signs act. */
  singleKeys: boolean;
  /** Own keys by action. */
  remapped: Record<string, string>;
}

/** The part of a key event that decides. */
type Press = Pick<KeyboardEvent, 'key' | 'code' | 'getModifierState'>;

/** On a keyboard without Latin letters the key's position stands in for the letter. */
export function effectiveKey(event: Press): string {
  if (event.key === ' ') return 'Space';
  const isOtherScript = event.key.length > 0 && event.key.charCodeAt(0) > 127 && !/\p{Script=Latin}/u.test(event.key);
  const position = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
  if (!isOtherScript || !position) return event.key;
  return (position[1] ?? position[2] ?? '').toLowerCase();
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

/** Enter and Space belong to the control that has the focus. */
function isOwnKeyOfControl(target: EventTarget | null, key: string): boolean {
  const activates = key === 'Enter' || key === 'Space';
  return activates && target instanceof HTMLElement && target.closest('button, a[href], summary, [role="option"][data-activates]') !== null;
}

function isSingleCharacter(binding: string): boolean {
  return binding.split(' ').some((press) => (press.split(/\b\+/).at(-1) ?? '').length === 1 && !press.includes('$mod'));
}

const parsed = new Map<string, ReturnType<typeof parseKeybinding>>();

/** The presses of a binding; read once, because every key looks at all of them. */
function pressesOf(binding: string): ReturnType<typeof parseKeybinding> {
  const presses = parsed.get(binding) ?? parseKeybinding(binding);
  parsed.set(binding, presses);
  return presses;
}

export class Keymap {
  private layers: Layer[] = [];
  private prefix: { key: string; until: number } | null = null;
  private choices: KeyChoices = { singleKeys: true, remapped: {} };

  constructor(private readonly now: () => number = () => performance.now()) {}

  choose(choices: KeyChoices): void {
    this.choices = choices;
  }

  /** The bindings in force for an action; empty when it is switched off. */
  bindings(action: Action): string[] {
    const own = this.choices.remapped[action];
    const keys = own ? [own] : KEYS[action].keys;
    return this.choices.singleKeys ? keys : keys.filter((key) => !isSingleCharacter(key));
  }

  /** Adds handlers on top of those there; gives the function that takes them away. */
  add(handlers: Handlers, isModal = false): () => void {
    const layer = { handlers, isModal };
    this.layers.push(layer);
    return () => {
      this.layers = this.layers.filter((other) => other !== layer);
    };
  }

  /** The actions that can be carried out at this moment, for palette and help. */
  available(): Action[] {
    return ACTIONS.filter((action) => this.handler(action) !== null);
  }

  /** Carries an action out, as its key would. */
  run(action: Action): boolean {
    const handler = this.handler(action);
    handler?.();
    return handler !== null;
  }

  /** Finds the action a key press means and carries it out. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const key = effectiveKey(event);
    if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'].includes(key) || isOwnKeyOfControl(event.target, key)) return;
    const press = { key, code: '', getModifierState: (name: string) => event.getModifierState(name) } as KeyboardEvent;
    const action = this.actionOf(press, event);
    if (!action) return;
    event.preventDefault();
    this.run(action);
  }

  private actionOf(press: KeyboardEvent, event: KeyboardEvent): Action | null {
    const prefix = this.prefix && this.prefix.until > this.now() ? this.prefix.key : null;
    this.prefix = null;
    const inField = isTextField(event.target);
    const allowed = ACTIONS.filter((action) => this.handler(action) !== null).filter((action) => {
      const { inFields, repeats }: Entry = KEYS[action];
      return (!inField || inFields) && (!event.repeat || repeats);
    });
    for (const action of allowed) {
      for (const binding of this.bindings(action)) {
        const [first, second] = pressesOf(binding);
        if (prefix !== null) {
          if (second && binding.startsWith(`${prefix} `) && matchKeyBindingPress(press, second)) return action;
        } else if (first && !second && matchKeyBindingPress(press, first)) return action;
        else if (first && second && matchKeyBindingPress(press, first)) this.prefix = { key: binding.split(' ')[0]!, until: this.now() + PREFIX_MS };
      }
    }
    return null;
  }

  private handler(action: Action): (() => void) | null {
    for (let at = this.layers.length - 1; at >= 0; at--) {
      const layer = this.layers[at]!;
      const handler = layer.handlers[action];
      if (handler) return handler;
      if (layer.isModal) return null;
    }
    return null;
  }
}

export const keymap = new Keymap();

const isMac = () => /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');

/** A binding as it is printed on keys: `Ctrl Enter`, `Shift A`, `G R`. */
export function keyWords(binding: string): string {
  const press = (part: string) =>
    part
      .split(/\b\+/)
      .map((name) => {
        if (name === '$mod') return isMac() ? '⌘' : 'Ctrl';
        if (name === 'Escape') return 'Esc';
        if (name.startsWith('Arrow')) return { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' }[name] ?? name;
        return name.length === 1 ? name.toUpperCase() : name;
      })
      .filter((name, _, all) => !(name === 'Shift' && all.includes('?')))
      .join(' ');
  return binding.split(' ').map(press).join(' ');
}
