use crate::builders::*;
use autoreach_agents::*;
#[tokio::test]
async fn dump() {
    let wf = crate::sites::workflow();
    let mut times = Vec::new();
    for lead in crate::sites::leads() {
        let t = std::time::Instant::now();
        let r = crate::sites::researched(&lead).await;
        times.push(t.elapsed());
        println!("=================== {} {:?} pages={} lang={:?}", lead.company, lead.website, r.snapshots.len(), r.dossier.language);
        for f in &r.dossier.findings {
            println!(
                "  {:<15} {:<45} {:?} | {}",
                f.fact.kind(),
                f.fact.value(),
                f.source.published.map(|d| d.to_string()),
                f.source.quote.replace('\n', "⏎")
            );
        }
        println!(
            "  problems {:?}\n  taints {:?}",
            r.dossier.problems.iter().map(|p| (&p.url, &p.cause)).collect::<Vec<_>>(),
            r.dossier.taints
        );
        let q = qualify(&lead, &r.dossier, &wf);
        println!(
            "  fit {} {:?}",
            q.fit.get(),
            q.criteria.iter().map(|c| format!("{}:{} {}", c.criterion, c.answer, c.found)).collect::<Vec<_>>()
        );
        for e in exceptions(&lead, &r.dossier, &q, &wf, &Known::default(), now()) {
            println!("  ! {} {}", e.kind, e.reason);
        }
        let d = draft(
            &lead,
            &r.dossier,
            &wf,
            now(),
            draft_id(),
            DraftSeed(*lead.company.as_bytes().iter().fold(&mut [7u8; 16], |a, b| {
                a[(*b % 16) as usize] ^= b;
                a
            })),
        );
        let c = autoreach_domain::draft::check(&d, &r.dossier, &wf.messaging, now());
        println!(
            "  DRAFT [{}] words={} {:?}\n{}\n",
            d.subject,
            c.words,
            c.exceptions(),
            d.sentences[..d.sentences.len() - 2]
                .iter()
                .map(|s| format!("{}{}", if s.starts_with() { "\n    " } else { " " }, s.text))
                .collect::<String>()
        );
    }
    let web = crate::sites::web();
    let leads = crate::sites::leads();
    let (mut pages, rounds) = (0, 5);
    let t = std::time::Instant::now();
    for _ in 0..rounds {
        for lead in &leads {
            pages += research(&web, lead, now(), &mut ids(), &autoreach_web::Budget::per_lead()).await.snapshots.len();
        }
    }
    let all = t.elapsed();
    println!("TIMING {pages} pages {all:?}, {:?} per page", all / pages as u32);
    let lead = &leads[0];
    let t = std::time::Instant::now();
    for _ in 0..20 {
        pages += research(&web, lead, now(), &mut ids(), &autoreach_web::Budget::per_lead()).await.snapshots.len();
    }
    println!("TIMING nordvimpel per research {:?}", t.elapsed() / 20);
    let _ = times;
}
trait S {
    fn starts_with(&self) -> bool;
}
impl S for autoreach_domain::draft::Sentence {
    fn starts_with(&self) -> bool {
        self.starts_paragraph
    }
}
