// One table of words for everything that can go wrong: what happened, what it means, what to do. The codes are those of
// the engine's errors (`EngineError::code`) and two of the window's own; a code without words does not compile.

export const ERROR_CODES = [
  'secrets', 'store_in_use', 'wrong_key', 'store_damaged', 'store_read_only', 'disk_full', 'store', 'not_found', 'table',
  'send_ledger', 'no_workspace', 'workspace_exists', 'workspace_file', 'not_simulated', 'no_randomness', 'file', 'import',
  'mapping', 'workflow_definition', 'unreadable_scope', 'no_room_to_send', 'no_workflow', 'ambiguous_item', 'cannot_decide', 'not_cleared', 'compose', 'no_recipient',
  'nothing_to_undo', 'nothing_to_redo', 'already_sent', 'mail_is_past', 'import_undone', 'import_has_sent', 'lead_change', 'mail_waits', 'nothing_to_read_again', 'test_mail', 'no_mail_account',
  'no_mail_password', 'smtp', 'no_run', 'no_network_client', 'demo_pages', 'keychain', 'model', 'models_not_allowed', 'instruction', 'no_engine_key',
  'no_step_up', 'lowest_level', 'override', 'nothing_to_unlearn', 'cannot_answer', 'era_without_reason', 'reviewer', 'cannot_mute', 'market_note', 'schedule', 'cannot_discover', 'agent_at_work', 'cannot_erase', 'backup_rejected', 'no_such_backup', 'persona', 'unexpected',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface Presentation {
  /** What happened, as one sentence. */
  what: string;
  /** What it means for the user's data and mail. */
  effect: string;
  /** What to do next. */
  next: string;
}

const words = (what: string, effect: string, next: string): Presentation => ({ what, effect, next });

export const PRESENTATIONS: Record<ErrorCode, Presentation> = {
  secrets: words('The key of this workspace could not be had.', 'Your data is safe and stays closed.', 'Unlock the keychain and try again, or open with your recovery key.'),
  keychain: words('The keychain did not do what was asked.', 'Nothing was stored in it.', 'Unlock the keychain and try again.'),
  store_in_use: words('Another window or program has this workspace open.', 'Nothing was changed.', 'Close the other one, then try again.'),
  wrong_key: words('This key does not open the workspace.', 'Your data is safe and stays closed.', 'Check the key for a typing error, or use another way in.'),
  store_damaged: words('The database is damaged.', 'Nothing is sent and nothing is overwritten.', 'Put the last backup back; the damaged file is kept beside it.'),
  store_read_only: words('This workspace can only be read.', 'Nothing was changed and no mail leaves.', 'Open it again for writing, or update AutoReach.'),
  disk_full: words('The disk is full.', 'Your last decision was not saved; everything before it is.', 'Free some space, then try again.'),
  store: words('The database did not answer.', 'What was saved before is safe; what you did last is not saved.', 'Try again; restart AutoReach if it stays.'),
  not_found: words('This is no longer there.', 'It was decided, withdrawn or removed elsewhere.', 'Go on with the next one.'),
  table: words('A row could not be read or written.', 'What was saved before is safe; what you did last is not saved.', 'Try again; restore a backup if it stays.'),
  send_ledger: words('The record of sent mails could not be written.', 'Sending is stopped, so that no mail leaves twice.', 'Check the disk, then restart AutoReach.'),
  no_workspace: words('There is no workspace here yet.', 'Nothing was changed.', 'Create one, or try the demo.'),
  workspace_exists: words('This folder already holds a workspace.', 'It was left untouched.', 'Open it, or choose another folder.'),
  workspace_file: words('The file workspace.json cannot be read.', 'It was left untouched; nothing was changed.', 'Put it back from a backup.'),
  not_simulated: words('A date can only be chosen in a simulated workspace.', 'Nothing was changed.', 'Decide at the present time.'),
  no_randomness: words('The computer gave no random numbers.', 'Nothing was done.', 'Restart the computer, then try again.'),
  file: words('A file could not be read or written.', 'Nothing was changed.', 'Check that it exists and that you may use it.'),
  import: words('This file is not a table that can be read.', 'No lead was added.', 'Save it as CSV or XLSX with one header row, then choose it again.'),
  mapping: words('A column points to a field that does not exist.', 'No lead was added.', 'Choose another field for the column.'),
  workflow_definition: words('The workflow cannot be used as it is.', 'The version before stays in force.', 'Correct the field named below.'),
  unreadable_scope: words('This names nobody who could be left alone.', 'Nothing was added to the list.', 'Write a mail address, a domain or a company name.'),
  no_room_to_send: words('The disk is too full to record what is sent.', 'Sending is stopped, so that no mail leaves twice; none is lost.', 'Free some space; sending goes on by itself.'),
  no_workflow: words('There is no workflow yet.', 'No lead can be judged without one.', 'Describe who you are looking for.'),
  ambiguous_item: words('Several items match.', 'Nothing was opened.', 'Type more of the company’s name.'),
  cannot_decide: words('This decision does not fit the item.', 'Nothing was decided; the item waits.', 'Look at what is still open on the card.'),
  not_cleared: words('The mail cannot go out as it is.', 'It was not approved and is not sent.', 'Add what is missing: a recipient, the opt-out line or the postal address.'),
  compose: words('The mail could not be put together.', 'It was not approved and is not sent.', 'Edit the subject or the text, then accept again.'),
  no_recipient: words('Nobody to write to was found on their pages.', 'No mail was approved.', 'Add a mail address to the lead.'),
  nothing_to_undo: words('There is nothing to undo.', 'Nothing was changed.', 'Go on reviewing.'),
  nothing_to_redo: words('There is nothing to redo.', 'Nothing was changed.', 'Go on reviewing.'),
  already_sent: words('This mail has left and cannot be undone.', 'Your decision stands.', 'Write to the person yourself if you must correct something.'),
  mail_is_past: words('This mail has moved on.', 'It can no longer be changed.', 'Look at its line in the Outbox.'),
  import_undone: words('This import was taken back before.', 'Nothing was changed.', 'Import the file again if you want its leads.'),
  import_has_sent: words('Mails to leads of this import have left.', 'The import stays.', 'Archive the leads one by one instead.'),
  lead_change: words('The lead cannot be changed so.', 'It stays as it was.', 'Correct the field named below.'),
  mail_waits: words('A mail to this lead is approved and has not left.', 'The lead stays as it was, so that the mail goes to the person you approved it for.', 'Take the mail back in the Outbox, then change the lead.'),
  nothing_to_read_again: words('Their pages are not read again.', 'Only leads that were researched and wait for your review are; this one stays as it is.', 'Take the verdict back first, or start a run.'),
  test_mail: words('The test mail did not go through.', 'No mail to a lead was touched.', 'Read what the server said below, or look into your inbox.'),
  no_mail_account: words('No mail account is set up.', 'Approved mails wait in the Outbox.', 'Add your mail account in Settings.'),
  no_mail_password: words('The password of the mail account is not in the keychain.', 'Approved mails wait in the Outbox.', 'Enter it again in Settings.'),
  smtp: words('The mail server refused the connection or the login.', 'Approved mails wait in the Outbox; none is lost.', 'Check host, port and password in Settings.'),
  no_run: words('The agent is not working at the moment.', 'Nothing was changed.', 'Start research on the Leads screen.'),
  no_network_client: words('The part that reads web pages did not start.', 'Research waits; reviewing works.', 'Restart AutoReach.'),
  cannot_discover: words('Companies could not be looked for.', 'Nothing was stored; what was asked stands in the ledger.', 'Look at the reason, then try again or another way.'),
  demo_pages: words('The demo’s pages cannot be read.', 'The demo cannot start; your own data is not touched.', 'Install AutoReach again.'),
  model: words('The model did not answer as it should.', 'The built-in engine goes on; nothing is lost.', 'Test the engine in Settings.'),
  models_not_allowed: words('This model may not be asked.', 'Nothing was sent.', 'Change what may leave this computer in Settings.'),
  instruction: words('The built-in engine does not understand this.', 'The mail stays as it is.', 'It knows: shorter, longer, no compliment, a question first, straight to the point, other opening, other words, other question, more formal, less formal, in German, in English.'),
  no_engine_key: words('There is no key for this engine.', 'The built-in engine goes on.', 'Add the key in Settings.'),
  no_step_up: words('The next level is not earned yet.', 'The level stays as it is.', 'See on the Trust screen what is missing.'),
  lowest_level: words('This stage is at level 1 already.', 'You review everything.', 'There is nothing to pull back.'),
  override: words('This override cannot be given.', 'Nothing more is released than before.', 'Read the reason below, then ask again.'),
  nothing_to_unlearn: words('No decision fits this.', 'Nothing was unlearned.', 'Name another day or reviewer.'),
  cannot_answer: words('This cannot be answered so.', 'Nothing was changed.', 'Read the reason below; Insights shows what is asked now.'),
  cannot_mute: words('This kind cannot be muted.', 'Nothing was changed; it goes on coming to you.', 'Mute another kind, for 1 to 90 days.'),
  schedule: words('This schedule can never begin.', 'Nothing was changed.', 'Choose at least one day, hours that end after they begin, 1 to 2,000 leads a day, and a zone such as Europe/Berlin.'),
  market_note: words('This note cannot be kept.', 'Nothing was changed.', 'Say what should be known, for an industry or a country, with a last day from today on.'),
  era_without_reason: words('A new era needs a reason.', 'Nothing was changed.', 'Say in a few words what changed.'),
  reviewer: words('This name cannot be used.', 'The team stays as it was.', 'Write a name of at most 60 letters that nobody on the team has.'),
  agent_at_work: words('The agent is at work.', 'Nothing was changed.', 'Pause the run, wait a moment, then try again.'),
  cannot_erase: words('This person cannot be erased now.', 'Nothing was changed.', 'Check the name or address; if a mail to them is on its way, try again in a minute.'),
  backup_rejected: words('This file is no backup that can be put back.', 'Your workspace is as it was; nothing was replaced.', 'Choose another backup, or update AutoReach if a newer version made this one.'),
  no_such_backup: words('This backup is no longer there.', 'Nothing was changed.', 'Choose another one from the list.'),
  persona: words('This persona cannot be simulated.', 'Nothing was simulated.', 'Correct the field named below.'),
  unexpected: words('Something unforeseen happened.', 'Your last action may not have been saved.', 'Try again; restart AutoReach if it stays.'),
};

/** Reads a code that came from outside; an unknown one is `unexpected`, never silent. */
export function asErrorCode(code: unknown): ErrorCode {
  return ERROR_CODES.find((known) => known === code) ?? 'unexpected';
}
