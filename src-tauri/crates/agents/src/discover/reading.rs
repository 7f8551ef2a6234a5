//! Reads a list page by page, and the pages of its entries where it has some, within a budget.
//!
//! One page after the other, because they belong to one host. A page that fails becomes a problem with its cause; only the
//! first one decides whether there is a list at all. When the budget is used up, what was found so far is the answer, and
//! it says that there is more.

use super::detail::{self, ReadDetail};
use super::{DetailPage, FoundCompany, Listing, companies_on};
use autoreach_domain::dossier::PageProblem;
use autoreach_web::{Budget, FetchError, FetchedPage, PageSource, is_same_site};
use std::collections::{BTreeSet, VecDeque};
use url::Url;

/// Most pages of one list.
const MOST_LIST_PAGES: usize = 20;

/// A page that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadList {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Companies seen on it.
    pub companies: usize,
    /// It speaks to a machine somewhere.
    pub is_suspicious: bool,
}

/// What reading a list brought.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    /// The companies, each domain once, in the list's order.
    pub companies: Vec<FoundCompany>,
    /// The pages of the list; those of single entries are counted in `details_read`.
    pub lists: Vec<ReadList>,
    /// Pages of single entries read.
    pub details_read: usize,
    /// Pages that could not be read.
    pub problems: Vec<PageProblem>,
    /// Why the first page could not be read, when it could not.
    pub first_failed: Option<FetchError>,
    /// Pages known and not read, because the budget was used up or the list is too long.
    pub unread: usize,
}

/// Why a page gave nothing.
enum Unread {
    Fetch(FetchError),
    Other(&'static str),
}

/// Reads the list that begins at `start`. Dropping the future ends it.
pub async fn discover(source: &dyn PageSource, start: &Url, budget: &Budget) -> Discovery {
    let mut found = Discovery::default();
    let mut details: Vec<DetailPage> = Vec::new();
    let mut seen = BTreeSet::from([start.to_string()]);
    let mut open = VecDeque::from([start.clone()]);
    while let Some(url) = open.pop_front() {
        if found.lists.len() == MOST_LIST_PAGES {
            found.unread += 1 + open.len();
            break;
        }
        match read_list(source, &url, budget).await {
            Ok((list, listing)) => {
                let Listing { companies, details: more, next } = listing;
                companies.into_iter().for_each(|company| super::add(&mut found.companies, company));
                details.extend(more.into_iter().filter(|detail| seen.insert(detail.url.to_string())));
                open.extend(next.into_iter().filter(|next| seen.insert(next.to_string())));
                found.lists.push(list);
            }
            Err(Unread::Fetch(FetchError::BudgetExhausted)) => {
                found.unread += 1 + open.len();
                if found.lists.is_empty() {
                    found.first_failed = Some(FetchError::BudgetExhausted);
                }
                break;
            }
            Err(unread) => {
                if let (true, Unread::Fetch(cause)) = (found.lists.is_empty(), &unread) {
                    found.first_failed = Some(*cause);
                }
                found.problems.push(unread.at(&url));
            }
        }
    }
    read_details(source, details, budget, &mut found).await;
    found
}

async fn read_details(source: &dyn PageSource, details: Vec<DetailPage>, budget: &Budget, found: &mut Discovery) {
    let mut pages: Vec<ReadDetail> = Vec::new();
    let count = details.len();
    for (number, detail) in details.into_iter().enumerate() {
        match read_detail(source, detail, budget).await {
            Ok(page) => pages.push(page),
            Err((_, Unread::Fetch(FetchError::BudgetExhausted))) => {
                found.unread += count - number;
                break;
            }
            Err((url, unread)) => found.problems.push(unread.at(&url)),
        }
    }
    found.details_read = pages.len();
    detail::companies(&pages).into_iter().for_each(|company| super::add(&mut found.companies, company));
}

async fn read_list(source: &dyn PageSource, url: &Url, budget: &Budget) -> Result<(ReadList, Listing), Unread> {
    let fetched = fetch(source, url, budget).await?;
    in_background(move || {
        let text = fetched.text().map_err(|_| Unread::Other("The page is too large or too odd to read."))?;
        let listing = companies_on(&fetched.url, &text);
        let is_suspicious = text.hidden_instructions || !text.suspected_instructions.is_empty();
        let list = ReadList { url: fetched.url.to_string(), title: text.title, companies: listing.companies.len(), is_suspicious };
        Ok((list, listing))
    })
    .await
}

async fn read_detail(source: &dyn PageSource, detail: DetailPage, budget: &Budget) -> Result<ReadDetail, (Url, Unread)> {
    let url = detail.url.clone();
    let read = async {
        let fetched = fetch(source, &detail.url, budget).await?;
        in_background(move || {
            let text = fetched.text().map_err(|_| Unread::Other("The page is too large or too odd to read."))?;
            Ok(detail::read(&detail, &fetched.url, &text))
        })
        .await
    };
    read.await.map_err(|unread| (url, unread))
}

async fn fetch(source: &dyn PageSource, url: &Url, budget: &Budget) -> Result<FetchedPage, Unread> {
    let fetched = source.get(url, budget).await.map_err(Unread::Fetch)?;
    if fetched.is_garbled() {
        return Err(Unread::Other("The page's letters could not be decoded."));
    }
    if !is_same_site(url, &fetched.url) {
        return Err(Unread::Other("The page leads to another site."));
    }
    Ok(fetched)
}

/// Reading is processor work of up to a second on hostile pages: it must not hold up anything else.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T, Unread> + Send + 'static) -> Result<T, Unread> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Unread::Other("The page could not be read.")))
}

impl Unread {
    fn at(&self, url: &Url) -> PageProblem {
        let cause = match self {
            Self::Fetch(error) => error.to_string(),
            Self::Other(words) => (*words).to_owned(),
        };
        PageProblem { url: url.to_string(), cause }
    }
}
