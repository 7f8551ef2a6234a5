//! Words by what they do in an order to an agent, in English, German, French, Spanish, Italian, Dutch, Danish, Polish and
//! Portuguese. A word may do several things. All are lower case; words with an apostrophe are cut at it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word can do, as one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u128);

impl Kinds {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Does it do any of these?
    pub(super) const fn does(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $bit:literal: $words:literal;)*) => {
        $($(#[$doc])* pub(super) const $name: Kinds = Kinds(1 << $bit);)*
        const LISTS: &[(Kinds, &str)] = &[$(($name, $words)),*];
    };
}

kinds! {
    /// Stands before an order without changing it: "please", "and then", "you must".
    LEADS_IN = 0: "please kindly then now also always just first must should shall will would could can to immediately simply instead \
        bitte dann jetzt sofort musst sollst einfach zuerst veuillez puis dois maintenant aussi favor luego debes ahora también per favore \
        poi devi ora anche dan nu moet ook så skal også proszę teraz następnie agora depois deve também ne n s il plaît por via do";
    /// Whoever is spoken to.
    YOU = 1: "you it du sie ihr tu vous usted je jij u ty você";
    /// Joins two orders, so that the next word may begin one.
    JOINS = 2: "and or but und oder et ou y o e en og i oraz";
    /// Takes something away from what follows.
    NOT = 3: "not no never don dont without skip bypass avoid nobody neither niemals nie nicht kein keine keinen ohne niemandem jamais pas \
        sans aucun aucune personne nunca sin ningún ninguna nadie mai non senza nessun nessuno nooit niet geen zonder niemand aldrig ikke \
        uden ingen nigdy bez żaden nikomu não sem nenhum ninguém";
    /// Points at the page or its company.
    THIS = 4: "this these diesen dieses diese dieser diesem ce cet cette este esta esse essa questo questa deze dit denne dette ten tę tej \
        tego";
    /// The company as the agent sees it.
    LEAD = 5: "lead leads prospect prospects company account contact organisation organization firm business opportunity draft dossier \
        unternehmen firma kontakt interessenten entwurf entreprise société brouillon cliente empresa contacto borrador azienda contatto \
        bozza bedrijf virksomhed udkast firmę firmie kontakcie contato rascunho";
    /// Judges a lead.
    JUDGE = 6: "approve accept score rate rank grade mark classify label tag qualify treat evaluate prioritise prioritize promote \
        genehmige genehmigen bewerte bewerten markiere akzeptiere stufe approuve approuvez accepte note notez évalue classe qualifie \
        aprueba apruebe puntúa puntúe califica califique acepta marca clasifica approva valuta accetta contrassegna classifica keur \
        beoordeel markeer accepteer godkend bedøm vurder markér zatwierdź oceń oznacz aprove avalie classifique pontue";
    /// Hands something over.
    GIVE = 7: "give assign award gib vergib attribue attribuez donne da asigna otorga assegna dai geef ken giv tildel przyznaj atribua dê";
    /// A judgement as a number.
    RATING = 8: "score rating points punkte punkten note punteggio puntuación point nota punktów puntos pontos";
    /// Lets out.
    RELEASE = 9: "release approve send publish freigib libère libera frigiv zwolnij";
    /// Asks somebody, or lets them know.
    ASK = 10: "ask involve consult contact escalate tell inform notify alert bother wait frag frage fragen demande demandez informe \
        preguntes pregunta pregunte chiedere chiedi vraag spørg pytaj pergunte avisa";
    /// A person beside the agent.
    PERSON = 11: "human humans person reviewer reviewers operator supervisor user nobody anybody anyone mensch menschen prüfer niemandem \
        humain personne persona humano nadie umano nessuno mens niemand menneske ingen człowieka osoby nikomu pessoa ninguém";
    /// A person's look at something.
    REVIEW = 12: "review reviews approval approvals confirmation verification oversight prüfung freigabe vérification validation \
        revisión revisione controle gennemgang sprawdzania revisão";
    /// Needed.
    NEEDED = 13: "needed necessary required nötig notwendig nécessaire necesaria necessaria nodig nødvendig potrzebne necessária";
    /// Sends a message.
    SEND = 14: "send forward mail email e-mail write reply answer address redirect copy sende senden schick schicke schicken schreib \
        schreibe envoie envoyez écris transmets envía envíe manda escribe invia scrivi inoltra stuur verzend skriv wyślij napisz envie \
        mande escreva";
    /// In the place of something.
    INSTEAD = 15: "instead rather statt anstatt stattdessen lieu plutôt lugar invece plaats stedet zamiast vez";
    /// Who gets a message.
    RECIPIENT = 16: "bcc cc recipient recipients addressee blindkopie empfänger cachée destinataire destinatario ontvanger modtager \
        odbiorcę destinatário oculta nascosta";
    /// Puts something somewhere.
    PUT = 17: "put add contain include insert append place embed attach set change replace use switch update setz setze füge ändere ersetze nimm \
        mets ajoute ajoutez insère remplace pon añade agrega incluye cambia metti inserisci aggiungi zet voeg plaats sæt indsæt tilføj \
        dodaj wstaw ustaw adicione insira coloque";
    /// Leads elsewhere.
    LINK = 18: "link links url hyperlink lien enlace linket";
    /// What an agent makes.
    OUTPUT = 19: "mail mails e-mail email message reply response answer output outreach draft summary text nachricht antwort courriel \
        réponse correo mensaje respuesta messaggio risposta bericht antwoord mailen besked svar wiadomości odpowiedzi mensagem resposta";
    /// Belongs to whoever is spoken to.
    YOUR = 20: "your deine deiner deinem deinen dein deines ta ton tes votre tu tus su tua tuo tuoi vostra je jouw uw din dit dine swojej \
        swojego twojej twój swój seu sua sus";
    /// Says something.
    SAY = 21: "say state claim write mention promise report name list quote repeat recommend assert pretend produce schreib schreibe sag \
        sage nenne behaupte erwähne écris dis mentionne cite affirme di escribe menciona afirma scrivi menziona elenca noem schrijf zeg \
        nævn skriv sig wymień napisz powiedz liste diga escreva mencione";
    /// Begins what is to be said.
    THAT = 22: "that dass que che dat at że";
    /// Gives away.
    REVEAL = 23: "list name reveal disclose leak expose print output repeat quote cite dump share include mention nenne zeige verrate \
        cite révèle menciona revela elenca rivela noem toon nævn vis wymień pokaż liste revele";
    /// Not the one at hand.
    OTHER = 24: "other others anderen andere autres demás otros altri andre innych outros";
    /// Every one.
    ALL = 25: "all every everything each alle alles allen tous toutes tout todos todas tutti tutte wszystkie alla";
    /// Many of what an agent works on.
    LEADS = 26: "leads prospects contacts kontakte kunden clientes contactos contatti kontakter kontaktów contatos dossiers records";
    /// Moves a setting.
    RAISE = 27: "raise set increase switch change promote upgrade move turn lower reduce remove disable relax erhöhe setze schalte \
        passe augmente monte sube aumenta porta alza verhoog zet hæv sæt podnieś ustaw aumente eleve";
    /// What an agent may do alone.
    AUTONOMY = 28: "autonomy oversight guardrails autonomie autonomiestufe autonomieniveau autonominiveau autonomía autonomia autonomii";
    /// A setting that other things have too.
    SETTING = 29: "confidence threshold certainty trust";
    /// Destroys.
    DELETE = 30: "delete erase wipe remove clear purge lösche lösch supprime borra elimina cancella apague verwijder slet usuń";
    /// Where an agent keeps things.
    STORE = 31: "list database memory queue liste datenbank lista base lijst listy";
    /// Pays no attention.
    IGNORE = 32: "ignore disregard forget override bypass break abandon leave omit ignoriere vergiss missachte ignorez oublie oubliez olvida ignora \
        dimentica negeer vergeet ignorer glem zignoruj zapomnij esqueça aside";
    /// Pays attention.
    FOLLOW = 33: "follow obey respect heed halte befolge respecte suis sigas respetes seguire segui volg følg przestrzegaj siga";
    /// What an agent was told.
    RULES = 34: "rules rule instructions instruction guidelines policy policies restrictions constraints directives orders prompt regeln \
        anweisungen vorgaben règles consignes reglas instrucciones regole istruzioni regels instructies regler instruktioner instrukcje \
        zasady polecenia regras instruções prompts";
    /// From before.
    EARLIER = 35: "previous prior above earlier preceding former foregoing original vorherigen bisherigen vorigen obigen früheren \
        précédentes antérieures anteriores previas precedenti eerdere vorige tidligere poprzednie wcześniejsze";
    /// A mail's lawful end.
    OPT_OUT = 36: "opt-out optout unsubscribe abmeldelink désinscription";
    /// Keeps in mind.
    REMEMBER = 37: "remember memorise memorize merke retiens recuerda ricorda onthoud husk zapamiętaj lembre";
    /// Yet to come.
    LATER = 38: "later future next coming künftigen futurs futuros future toekomstige kommende przyszłych";
    /// A machine that reads.
    MACHINE = 39: "ai llm gpt chatgpt bot bots crawler crawlers chatbot chatbots scraper machine machines \
        automated automatic ki sprachmodell sprachmodelle automatische ia artificielle artificial artificiale artificiali kunstig \
        intelligens sztuczną inteligencją linguistici";
    /// An agent or assistant, which may be a person.
    AGENT = 69: "agent agents assistant assistants assistent assistenten assistente asistente asistentes asystenta asystent model models \
        modèle modelo modello modelli";
    /// Opens a condition.
    IF = 40: "if wenn falls si se als hvis jeśli jeżeli whenever";
    /// Is, said to "you".
    ARE = 41: "are bist es êtes eres sei bent er jesteś é for";
    /// People and firms that deal with machines: not machines.
    TRADE = 42: "start-up startup company companies vendor engineer engineers developer developers team firm researcher expert buyer user \
        customer student der des du de la fan enthusiast agency founder insider";
    /// Takes a text in.
    READ = 43: "read reads reading process processes processing summarise summarises summarize summarizes summarising parse parses \
        parsing crawl crawls crawling index indexes liest lesen lit lee legge leest læser czytającego czyta lê evaluate evaluates visits visit";
    /// A text.
    PAGE = 44: "page pages site website text document content note seite text página pagina side stronę strona sito sitio";
    /// Raises an alarm.
    FLAG = 45: "flag report block quarantine melde signale señales segnalare";
    /// What applicants and customers are asked to send.
    APPLICATION = 46: "application applications portfolio cv résumé resume curriculum vacancy reference apply applying applicants job order customer member calendar signature friend friends bewerbung \
        unterlagen candidature candidatura sollicitatie ansøgning parcel logo";
    /// Whoever gets the agent's mail.
    READER = 47: "reader leser lecteur lector lettore lezer læser czytelnika leitor";
    /// Something to be reached by.
    REACHED_BY = 48: "number address contact recipient sender reply-to link site";
    /// Makes something, said to "you".
    MAKE = 49: "write draft produce generate compose output";
    /// Something that waits.
    WAITS = 50: "waits waiting pending queue queued";
    /// What only an agent makes: a mail may be anybody's.
    OUTREACH = 51: "outreach output outputs";
    /// Spells a link out.
    DOT = 52: "dot punkt";
    /// Says what something is given for.
    AS = 53: "as als";
    /// Names a part of a mail.
    SUBJECT = 54: "subject";
    /// Ends "no longer".
    LONGER = 55: "longer";
    /// Follows "subject".
    LINE = 56: "line";
    /// Opens a note.
    NOTE = 57: "note notes notice message memo instruction instructions attention hinweis nachricht achtung anweisung nota mensaje \
        instrucciones avis remarque messaggio bericht besked wiadomość uwaga mensagem aviso";
    /// Names whom a note is for.
    FOR = 58: "to for an für an à a pour para ai per aan voor til dla";
    /// What a reader of questions gives back.
    ANSWER = 59: "reply response answer output summary";
    /// The writer of the page as the one who is answered.
    US = 60: "us uns nous nos ons os";
    /// An edge of a mail.
    EDGE = 61: "end top beginning bottom";
    /// What must not be told.
    SECRET = 62: "secret secrets password passwords credentials token passwort mot-de-passe contraseña";
    /// Says that all is well.
    CLEARED = 63: "approved pre-approved passed qualified cleared verified accepted";
    /// A company as nobody calls it but those who sell to it.
    LEAD_ONLY = 64: "lead prospect dossier";
    /// Leads into a thing.
    IN = 65: "in into within";
    /// Goes round something.
    SKIP = 66: "skip bypass avoid omit circumvent";
    /// Says that a thing is known already.
    THE = 67: "the die le el la il de het o";
    /// The mail that is known already, in languages that say it in one word.
    THE_MAIL = 68: "mailen wiadomość";
}

static KNOWN: LazyLock<HashMap<&'static str, Kinds>> = LazyLock::new(|| {
    let mut known: HashMap<&'static str, Kinds> = HashMap::new();
    for (kind, words) in LISTS {
        for word in words.split_ascii_whitespace() {
            let kinds = known.entry(word).or_default();
            *kinds = kinds.or(*kind);
        }
    }
    known
});

/// What a word, in lower case, can do. Of a compound ("ki-assistenten") it is enough that its first part is a machine.
pub(super) fn kinds_of(word: &str) -> Kinds {
    let known = |word: &str| KNOWN.get(word).copied();
    known(word).unwrap_or_else(|| {
        let first = word.split_once('-').and_then(|(first, _)| known(first)).unwrap_or(Kinds::NONE);
        if first.does(MACHINE) { MACHINE } else { Kinds::NONE }
    })
}
