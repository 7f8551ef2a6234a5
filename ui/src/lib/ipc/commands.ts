// Every command the window may ask of the engine: name, request, response. The Rust shell implements exactly these; the
// in-memory backend too. A command is a question or one gesture, never a chain of steps.
import type * as b from './bindings';

type None = Record<string, never>;

export interface Commands {
  // Start
  startup: { request: None; response: b.Startup };
  open_workspace: { request: { access: b.OpenWith; read_only: boolean }; response: b.Startup };
  create_workspace: { request: { kind: b.WorkspaceKind; passphrase?: string }; response: b.Created };
  overview: { request: None; response: b.Overview };

  // Review
  queue_page: { request: { split: b.QueueSplit; filter: string; offset: number; limit: number }; response: b.QueuePage };
  item: { request: { item: b.ItemId }; response: b.ItemView };
  stored_page: { request: { hash: string }; response: b.StoredPage };
  decide: { request: b.DecideRequest; response: b.DecideOutcome };
  instruct: { request: b.InstructRequest; response: b.InstructOutcome };
  explain: { request: { gesture: b.GestureId; workflow_id: b.WorkflowId; reasons: b.Reason[]; note: string }; response: null };
  snooze: { request: { item: b.ItemId; until: string }; response: null };
  undo: { request: { item: b.ItemId | null }; response: b.UndoOutcome };
  redo: { request: None; response: b.UndoOutcome };
  history: { request: { limit: number }; response: b.HistoryLine[] };
  suppress: { request: { entries: b.SuppressEntry[] }; response: number };
  suppressions: { request: None; response: b.Suppression[] };
  open_source: { request: { url: string }; response: null };

  // Leads
  lead_page: { request: { workflow_id: b.WorkflowId; filter: string; archived: boolean; offset: number; limit: number }; response: b.LeadPage };
  lead: { request: { lead: b.LeadId }; response: b.LeadDetail };
  change_lead: { request: { lead: b.LeadId; change: b.LeadChange }; response: b.LeadDetail };
  read_again: { request: { lead: b.LeadId }; response: b.LeadDetail };
  tag_lead: { request: { lead: b.LeadId; tags: string[] }; response: b.LeadDetail };
  archive_lead: { request: { lead: b.LeadId; is_archived: boolean }; response: b.LeadDetail };
  stage_lead_file: { request: { file_name: string; content_base64: string }; response: b.StagedFile };
  preview_import: { request: b.ImportRequest; response: b.ImportReport };
  import_leads: { request: b.ImportRequest; response: b.ImportReport };
  imports: { request: None; response: b.LeadImport[] };
  undo_import: { request: { import: b.ImportId }; response: number };
  given_up: { request: None; response: b.GivenUp[] };

  // Finding companies that are no leads yet
  discover_page: { request: { workflow_id: b.WorkflowId; address: string }; response: b.DiscoveryReport };
  discover_domains: { request: { workflow_id: b.WorkflowId; name: string; text: string }; response: b.DiscoveryReport };
  discover_search: { request: { workflow_id: b.WorkflowId; queries: string[]; engine: b.SearchEngine | null }; response: b.DiscoveryReport };
  profile_from_examples: { request: { good: string; bad: string }; response: b.ExampleReport };
  profile_with: { request: { icp: b.Icp; statements: b.Statement[] }; response: b.Icp };
  discovery_queries: { request: { workflow_id: b.WorkflowId }; response: b.SearchQuery[] };
  add_discovered: { request: { workflow_id: b.WorkflowId; source: b.DiscoverySource; chosen: b.ChosenCompany[] }; response: b.Added };
  search_settings: { request: None; response: b.SearchView };
  set_searxng: { request: { address: string | null }; response: b.SearchView };
  set_brave_key: { request: { key: string | null }; response: b.SearchView };

  // The agent's run
  start_run: { request: { workflow_id: b.WorkflowId }; response: b.RunProgress };
  estimate_run: { request: { workflow_id: b.WorkflowId }; response: b.RunEstimate };
  pause_run: { request: None; response: b.RunProgress };
  resume_run: { request: None; response: b.RunProgress };
  cancel_run: { request: None; response: b.RunProgress };

  // What stops the agent, and what it is told around a lead
  exception_desk: { request: None; response: b.ExceptionDesk[] };
  mute_exception: { request: { kind: b.ExceptionKind; days: number }; response: b.ExceptionDesk[] };
  unmute_exception: { request: { kind: b.ExceptionKind }; response: b.ExceptionDesk[] };
  market_notes: { request: None; response: b.MarketNote[] };
  add_market_note: { request: b.NewMarketNote; response: b.MarketNote[] };
  end_market_note: { request: { note: b.MarketNoteId }; response: b.MarketNote[] };
  contacts: { request: None; response: b.ContactList };
  import_contacts: { request: { file: string; note: string }; response: b.ContactsAdded };
  remove_contact: { request: { contact: b.ContactId }; response: b.ContactList };

  // Workflows
  workflows: { request: None; response: b.Workflow[] };
  check_workflow: { request: { definition: b.WorkflowDefinition }; response: b.DefinitionFault | null };
  set_workflow: { request: { definition: b.WorkflowDefinition }; response: b.WorkflowSet };
  workflow_versions: { request: { workflow_id: b.WorkflowId }; response: b.WorkflowVersion[] };
  schedule: { request: { workflow_id: b.WorkflowId }; response: b.ScheduleView };
  set_schedule: { request: { workflow_id: b.WorkflowId; schedule: b.Schedule | null }; response: b.ScheduleView };
  pause_schedules: { request: { workflow_id: b.WorkflowId; is_paused: boolean }; response: b.ScheduleView };

  // Outbox
  outbox: { request: None; response: b.OutboxLine[] };
  mail_text: { request: { mail: number }; response: b.MailText };
  recall_mail: { request: { mail: number }; response: null };
  release_mail: { request: { mail: number }; response: null };
  hold_all: { request: None; response: number };
  release_all: { request: None; response: number };
  resolve_uncertain: { request: { mail: number; answer: b.UncertainAnswer }; response: null };

  // Trust, audits, insights
  trust: { request: None; response: b.TrustView };
  promote: { request: { stage: b.Stage }; response: number };
  pull_back: { request: { stage: b.Stage }; response: null };
  set_override: { request: { stage: b.Stage; threshold_percent: number; minutes: number | null; typed: string | null }; response: number };
  end_override: { request: { stage: b.Stage }; response: null };
  set_policy: { request: { stage: b.Stage; policy: b.Policy }; response: null };
  replay: { request: b.ReplayRequest; response: b.ReplayView };
  what_if_profile: { request: b.ProfileRequest; response: b.ProfileView };
  audit: { request: None; response: b.AuditView };
  insights: { request: None; response: b.InsightsView };
  style_proof: { request: None; response: b.ProofView };
  change_lesson: { request: { change: b.LessonChange }; response: null };
  profile_examples: { request: { slot: string }; response: b.ProfileExamples };
  answer_profile: { request: { slot: string; answer: b.ProfileAnswer }; response: b.AnswerOutcome };
  begin_era: { request: { why: string; old_weight: number | null }; response: b.EraBegun };
  unlearn: { request: { day: string | null; reviewer: string | null }; response: number };
  receipt: { request: { item: b.ItemId }; response: b.Routing | null };
  neighbour: { request: { item: b.ItemId }; response: b.NeighbourView | null };

  // The people who review
  team: { request: None; response: b.TeamView };
  pace: { request: None; response: b.PaceView };
  add_reviewer: { request: { name: string }; response: b.SettingsView };
  set_senior: { request: { name: string; is_senior: boolean }; response: b.SettingsView };
  use_reviewer: { request: { name: string }; response: b.SettingsView };

  // Settings
  settings: { request: None; response: b.SettingsView };
  set_preferences: { request: { preferences: b.Preferences }; response: b.SettingsView };
  set_mail_account: { request: { account: b.MailAccount; password: string | null }; response: b.SettingsView };
  test_mail_account: { request: None; response: null };
  send_test_mail: { request: None; response: string };
  set_dry_run: { request: { is_dry_run: boolean }; response: b.SettingsView };
  detect_engines: { request: None; response: b.EngineView };
  set_engine: { request: { choice: b.EngineChoice }; response: b.EngineView };
  set_stage_engine: { request: { role: b.ModelRole; choice: b.EngineChoice | null }; response: b.EngineView };
  set_spending_limits: { request: { limits: b.SpendingLimits }; response: b.EngineView };
  set_egress_profile: { request: { profile: b.EgressProfile }; response: b.EngineView };
  egress: { request: { filter: b.EgressFilter; offset: number; limit: number }; response: b.EgressView };
  egress_detail: { request: { call: number }; response: b.EgressDetail };
  set_engine_key: { request: { kind: b.EngineKind; key: string }; response: b.EngineView };
  remove_engine_key: { request: { kind: b.EngineKind }; response: b.EngineView };
  test_engine: { request: { choice: b.EngineChoice }; response: b.EngineTest };
  open_data_folder: { request: None; response: null };

  // Your data; where a response may be null, the system's dialog was closed without choosing
  backups: { request: None; response: b.BackupList };
  back_up: { request: { to_chosen_folder: boolean }; response: b.BackupCheck | null };
  preview_restore: { request: { name: string | null }; response: b.RestorePreview | null };
  restore_backup: { request: None; response: b.RestoreReport };
  export_everything: { request: None; response: b.ExportReport | null };
  find_people: { request: { text: string }; response: b.FoundPerson[] };
  person_held: { request: { who: b.WhichPerson }; response: b.PersonHeld };
  save_person: { request: { who: b.WhichPerson }; response: boolean };
  erase_person: { request: { who: b.WhichPerson }; response: b.Erased };
  diagnostics: { request: None; response: string };
  save_diagnostics: { request: None; response: boolean };
  notices: { request: None; response: b.Notice[] };
  dismiss_notices: { request: None; response: null };
}

/** What the engine says without being asked. */
export interface Events {
  /** Items entered or left the queue, or their order changed. */
  queue_changed: null;
  /** The agent went on. */
  run_progress: b.RunProgress;
  /** The network went (`offline_since`) or came back (null). */
  network_changed: { offline_since: string | null };
  /** Mails moved on. */
  outbox_changed: null;
  /** A notification or a deep link names an item to be shown. */
  open_item: { item: b.ItemId };
  /** The tray or the menu names a screen. */
  open_screen: { screen: string };
  /** A new line in the in-app inbox. */
  notice: b.Notice;
}

export type Command = keyof Commands;
export type Request<K extends Command> = Commands[K]['request'];
export type Response<K extends Command> = Commands[K]['response'];
