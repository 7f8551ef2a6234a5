//! A real server: Dovecot as an ordinary user on loopback, with Sent, Drafts and mails in the inbox.

use crate::cleared::composed;
use autoreach_mail::mailbox::{Credential, Folder, ImapAccount, ImapError, Limits, Mailbox, Reading, SentSearch, open};
use autoreach_mail::{MessageId, Security};
use jiff::civil::date;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpStream;

const PASSWORD: &str = "correct horse";

/// A running Dovecot and its folder, both gone with it.
struct Dovecot {
    process: Child,
    folder: TempDir,
    port: u16,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // The master ends its children when it is asked to.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// Where the program is, on a machine that has it.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/lib/dovecot", "/usr/local/sbin"].map(PathBuf::from));
    places.map(|folder| folder.join("dovecot")).find(|program| program.is_file())
}

/// A configuration that needs no rights; every `{` ends its line.
fn configuration(folder: &Path, port: u16, user: &str) -> String {
    let folder = folder.display();
    format!(
        "base_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = no\n\
         disable_plaintext_auth = no\ndefault_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {user}\n\
         first_valid_uid = 1\nfirst_valid_gid = 1\nmail_location = maildir:{folder}/mail/%u\n\
         passdb {{\n  driver = static\n  args = password={PASSWORD_ARGUMENT}\n}}\n\
         userdb {{\n  driver = static\n  args = uid={user} gid={user} home={folder}/mail/%u\n}}\n\
         namespace inbox {{\n  inbox = yes\n  mailbox Outgoing {{\n    special_use = \\Sent\n    auto = create\n  }}\n  mailbox Drafts {{\n    special_use = \\Drafts\n    auto = create\n  }}\n}}\n\
         service anvil {{\n  chroot =\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {port}\n  }}\n  inet_listener imaps {{\n    port = 0\n  }}\n}}\n\
         service stats {{\n  chroot =\n}}\n"
    )
}

/// A static password cannot hold a space in Dovecot's configuration.
const PASSWORD_ARGUMENT: &str = "correct-horse";

/// The user that runs it: nobody when the tests run as root, else whoever runs them.
fn user() -> (String, String) {
    let say = |flag: &str| Command::new("id").arg(flag).output().ok().map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    match say("-un").unwrap_or_default().as_str() {
        "root" => ("nobody".into(), "nogroup".into()),
        name => (name.to_owned(), say("-gn").unwrap_or_else(|| name.to_owned())),
    }
}

async fn start(program: &Path) -> Result<Dovecot, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).map_err(|error| error.to_string())?;
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(|error| error.to_string())?.port();
    let (user, group) = user();
    let text = configuration(folder.path(), port, &user)
        .replace(&format!("default_internal_group = {user}"), &format!("default_internal_group = {group}"))
        .replace(&format!("gid={user}"), &format!("gid={group}"));
    let path = folder.path().join("dovecot.conf");
    fs::write(&path, text).map_err(|error| error.to_string())?;
    for inner in ["mail", "state"] {
        fs::create_dir(folder.path().join(inner)).map_err(|error| error.to_string())?;
        fs::set_permissions(folder.path().join(inner), fs::Permissions::from_mode(0o777)).map_err(|error| error.to_string())?;
    }
    let process = Command::new(program).arg("-F").arg("-c").arg(&path).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let dovecot = Dovecot { process: process.map_err(|error| error.to_string())?, folder, port };
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Ok(dovecot);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(fs::read_to_string(dovecot.folder.path().join("log")).unwrap_or_else(|_| "it wrote no log".into()))
}

impl Dovecot {
    fn account(&self, limits: Limits) -> ImapAccount {
        ImapAccount {
            host: "127.0.0.1".into(),
            port: self.port,
            security: Security::None,
            username: "alex".into(),
            extra_root: None,
            limits,
        }
    }

    async fn open(&self) -> Mailbox {
        let limits = Limits { batch: 2, message_bytes: 2_000, ..Limits::default() };
        open(&self.account(limits), &Credential::Password(PASSWORD_ARGUMENT.into())).await.expect("opens")
    }

    /// Puts a mail into a folder as a delivery would: into `new`, unread. The first login has made the folders.
    fn deliver(&self, folder: &str, name: &str, mail: &[u8]) {
        let new = self.folder.path().join("mail/alex").join(folder).join("new");
        fs::create_dir_all(&new).expect("a folder");
        let file = new.join(format!("{name}.test"));
        fs::write(&file, mail).expect("is written");
        if let (user, group) = user()
            && user == "nobody"
        {
            let owner = Command::new("chown").arg("-R").arg(format!("{user}:{group}")).arg(self.folder.path().join("mail")).status();
            assert!(owner.is_ok_and(|status| status.success()));
        }
    }

    /// Names of the files in a folder's `cur` that carry a mark (`:2,S`): what somebody has read.
    fn marked(&self, folder: &str) -> Vec<String> {
        let read = fs::read_dir(self.folder.path().join("mail/alex").join(folder).join("cur"));
        let names = read.into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.split_once(":2,").is_some_and(|(_, marks)| !marks.is_empty())).collect()
    }
}

fn reply(number: usize, padding: usize) -> Vec<u8> {
    format!(
        "From: Wei <wei@orbital.example>\r\nTo: alex@portwise.example\r\nMessage-ID: <r{number}@orbital.example>\r\nIn-Reply-To: <abc@portwise.example>\r\n\
         Subject: Re: Late ports\r\n\r\nSounds interesting {number}{}\r\n",
        "x".repeat(padding)
    )
    .into_bytes()
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
#[tokio::test]
async fn a_real_server_is_read_searched_and_given_a_draft_without_a_trace() {
    let test = "a_real_server_is_read_searched_and_given_a_draft_without_a_trace";
    let Some(program) = program() else {
        eprintln!("skipped: {test}: no dovecot on this machine");
        return;
    };
    let dovecot = start(&program).await.unwrap_or_else(|why| panic!("dovecot does not start: {why}"));
    let wrong = open(&dovecot.account(Limits::default()), &Credential::Password(PASSWORD.into())).await.err();
    assert!(matches!(wrong, Some(ImapError::LoginRefused(_))), "{wrong:?}");

    let mut mailbox = dovecot.open().await;
    let inbox = Folder::inbox();
    let start = mailbox.begin(&inbox, None).await.expect("begins");
    for (number, padding) in [(1, 0), (2, 5_000), (3, 0)] {
        dovecot.deliver("", &format!("17000000{number}.M{number}"), &reply(number, padding));
    }
    let Ok(Reading::New(first)) = mailbox.read_new(&inbox, start).await else { panic!("reads") };
    assert_eq!((first.messages.len(), first.has_more, &first.stuck), (2, true, &None), "a batch is two");
    assert_eq!(first.messages.iter().map(|message| message.is_cut).collect::<Vec<_>>(), [false, true], "5,000 bytes are cut at 2,000");
    assert!(first.messages.iter().all(|message| message.received_at.is_some()));
    let Ok(Reading::New(second)) = mailbox.read_new(&inbox, first.cursor).await else { panic!("reads") };
    assert_eq!((second.messages.len(), second.has_more), (1, false));
    let Ok(Reading::New(none)) = mailbox.read_new(&inbox, second.cursor).await else { panic!("reads") };
    assert!(none.messages.is_empty());

    let frozen = composed("Wei", "Späte Häfen", "Hi");
    assert_eq!(mailbox.find_in_sent(frozen.message_id()).await, Ok(SentSearch::NotFound));
    dovecot.deliver(".Outgoing", "1700000009.M9", frozen.bytes());
    assert_eq!(mailbox.find_in_sent(frozen.message_id()).await, Ok(SentSearch::Found(Folder::named("Outgoing").expect("a name"))));
    let part_of_it = MessageId::parse(&frozen.message_id().as_str().replacen('<', "<0", 1)).expect("an id");
    assert_eq!(mailbox.find_in_sent(&part_of_it).await, Ok(SentSearch::NotFound));
    let (people, _) = mailbox.sent_recipients(date(2000, 1, 1)).await.expect("reads");
    assert_eq!(people.iter().map(|to| (to.address.as_str(), to.mails)).collect::<Vec<_>>(), [("wei.rao@orbital.example", 1)]);

    assert_eq!(mailbox.append_draft(&frozen).await.expect("is laid down").name(), "Drafts");
    mailbox.close();
    assert_eq!((dovecot.marked(""), dovecot.marked(".Outgoing")), (Vec::new(), Vec::new()), "nothing is marked as read");
    let drafts = fs::read_dir(dovecot.folder.path().join("mail/alex/.Drafts/cur")).expect("a folder").flatten().collect::<Vec<_>>();
    assert_eq!(drafts.len(), 1);
    assert_eq!(
        fs::read(drafts[0].path()).expect("is read"),
        frozen.bytes().to_vec().iter().copied().filter(|b| *b != b'\r').collect::<Vec<_>>()
    );
}
