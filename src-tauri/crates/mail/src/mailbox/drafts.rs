//! Laying a mail down as a draft: the way for people who want to press "send" in their own mail program.

use super::connect::Mailbox;
use super::dialogue::Command;
use super::error::ImapError;
use super::folders::Folder;
use super::guard::Allowance;
use crate::message::FrozenMail;

impl Mailbox {
    /// Adds the mail, byte for byte, to the folder for drafts, and says to which. Nothing is sent.
    pub async fn append_draft(&mut self, mail: &FrozenMail) -> Result<Folder, ImapError> {
        let folder = self.folders().await?.drafts.ok_or(ImapError::NoDraftsFolder)?;
        let text = format!("APPEND {} (\\Draft) {{{}}}", folder.quoted(), mail.bytes().len());
        let command = Command { text: &text, asked: "take a draft", allowance: Allowance::lines() };
        self.dialogue.ask_with_literal(&command, mail.bytes()).await?;
        Ok(folder)
    }
}
