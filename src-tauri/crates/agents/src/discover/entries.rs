//! Sees the entries of a list: the largest element around a link that speaks of nobody else, repeated at one place of the
//! page's structure.
//!
//! An element belongs to an entry as long as all links of interest in it lead to the same place. The elements found so are
//! the cards, rows or list items, whatever their markup, and those of one shape make a group. A group counts from three
//! entries on, because two links beside each other are no list; links in running text and in the frame of the page
//! (navigation, header, footer) are none at all.

use super::addresses::{Leads, Target};
use super::names::{self, Named};
use super::{DetailPage, FoundCompany, site_of};
use autoreach_web::{Link, PageText};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use url::Url;

/// Entries from which a group is a list...
const FEWEST_ENTRIES: usize = 3;
/// ...and those that do where a page has no longer group.
const FEWEST_IN_A_SHORT_LIST: usize = 2;
/// An element with more words than this is a section or the page, not an entry. In bytes.
const LONGEST_ENTRY: usize = 1_500;
/// Links that are less than this share of the words around them stand in running text.
const SHARE_OF_LINKS: f64 = 0.4;
/// Words beside links of pictures from which these stand in running text. In bytes.
const WORDS_BESIDE_PICTURES: usize = 240;
/// Share of the pages about entries that lie in one folder.
const SHARE_IN_ONE_FOLDER: f64 = 0.8;

/// One entry of a list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its links of interest, by their place among the page's links.
    pub(super) links: Vec<usize>,
    /// Its element; `None` where the link stands for itself.
    pub(super) region: Option<usize>,
    /// Where its words are.
    pub(super) start: usize,
    /// Where they end.
    pub(super) end: usize,
    shape: u64,
}

/// Entries of one shape.
type Group = Vec<Entry>;

/// What all links of interest inside an element lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    One(usize),
    Many,
}

/// The companies that the page's lists link to, each once, in the page's order.
pub(super) fn companies(url: &Url, page: &PageText, leads: &Leads<'_>) -> Vec<FoundCompany> {
    let of_interest = leads.targets.iter().enumerate().filter_map(|(at, target)| match target {
        Target::Company { domain, .. } => Some((at, domain.to_string())),
        Target::Inside(_) | Target::Nowhere => None,
    });
    let mut found: Vec<(usize, FoundCompany)> = Vec::new();
    for group in lists(groups(page, &of_interest.collect::<Vec<_>>())) {
        let named = names::of_group(page, &group);
        found.extend(group.iter().zip(named).filter_map(|(entry, named)| Some((entry.links[0], company(url, entry, named, leads)?))));
    }
    found.sort_by_key(|(at, _)| *at);
    let mut companies = Vec::new();
    found.into_iter().for_each(|(_, company)| super::add(&mut companies, company));
    companies
}

fn company(page_url: &Url, entry: &Entry, named: Option<Named>, leads: &Leads<'_>) -> Option<FoundCompany> {
    let Target::Company { domain, url } = &leads.targets[entry.links[0]] else { return None };
    let named = named.unwrap_or_else(|| names::of_address(leads.page, entry, domain));
    Some(FoundCompany {
        website: site_of(url),
        domain: domain.clone(),
        page: page_url.to_string(),
        name: named.name,
        quote: named.quote,
        offset: named.offset,
        basis: named.basis,
    })
}

/// Pages of this site about single entries of its list; empty where there is no such list.
pub(super) fn details(page: &PageText, leads: &Leads<'_>) -> Vec<DetailPage> {
    let of_interest = leads.targets.iter().enumerate().filter_map(|(at, target)| match target {
        Target::Inside(url) => Some((at, url.to_string())),
        Target::Company { .. } | Target::Nowhere => None,
    });
    let groups = groups(page, &of_interest.collect::<Vec<_>>());
    let lists = groups.into_iter().filter(|group| group.len() >= FEWEST_ENTRIES).filter_map(|group| {
        let named = names::of_group(page, &group);
        let pages = group.iter().zip(named).filter_map(|(entry, named)| {
            let Target::Inside(url) = &leads.targets[entry.links[0]] else { return None };
            Some(DetailPage { url: url.clone(), name: Some(named?.name) })
        });
        one_folder(pages.collect())
    });
    lists.max_by_key(Vec::len).unwrap_or_default()
}

/// The pages of one folder, or of one program with different questions, if nearly all are.
fn one_folder(pages: Vec<DetailPage>) -> Option<Vec<DetailPage>> {
    let folder = |url: &Url| match url.query() {
        Some(_) => url.path().to_owned(),
        None => url.path().trim_end_matches('/').rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned()),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    pages.iter().for_each(|page| *counts.entry(folder(&page.url)).or_default() += 1);
    let (most, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let is_one = count >= FEWEST_ENTRIES && count as f64 >= SHARE_IN_ONE_FOLDER * pages.len() as f64;
    is_one.then(|| pages.into_iter().filter(|page| folder(&page.url) == most).collect())
}

/// Groups long enough to be lists; short ones only where there is nothing else.
fn lists(groups: Vec<Group>) -> Vec<Group> {
    let is_long = |group: &Group| group.len() >= FEWEST_ENTRIES;
    let fewest = if groups.iter().any(is_long) { FEWEST_ENTRIES } else { FEWEST_IN_A_SHORT_LIST };
    groups.into_iter().filter(|group| group.len() >= fewest).collect()
}

/// The entries of the page by shape, each target once in a group. `of_interest` = links with the name of where they lead.
fn groups(page: &PageText, of_interest: &[(usize, String)]) -> Vec<Group> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let links: Vec<(usize, usize)> = of_interest
        .iter()
        .map(|(at, target)| {
            let next = numbers.len();
            (*at, *numbers.entry(target.as_str()).or_insert(next))
        })
        .collect();
    let owners = owners(page, &links);
    let in_lists: Vec<(usize, usize)> = links.into_iter().filter(|(at, _)| !is_framed(page, &page.links[*at])).collect();
    let prose = prose(page, &in_lists, &owners);
    let in_lists: Vec<(usize, usize)> =
        in_lists.into_iter().filter(|(at, _)| page.links[*at].region.is_none_or(|region| !prose.contains(&region))).collect();
    let common = common_shapes(page, &in_lists, &owners);
    let mut by_shape: BTreeMap<u64, BTreeMap<usize, Entry>> = BTreeMap::new();
    for (at, target) in in_lists {
        let entry = entry_of(page, at, target, &owners, &common);
        let group = by_shape.entry(entry.shape).or_default();
        group
            .entry(target)
            .and_modify(|known| {
                if known.region.is_some() && known.region == entry.region {
                    known.links.push(at);
                }
            })
            .or_insert(entry);
    }
    by_shape.into_values().map(|group| group.into_values().collect()).collect()
}

fn is_framed(page: &PageText, link: &Link) -> bool {
    link.region.is_some_and(|at| page.regions[at].is_frame)
}

/// Who each element belongs to. An element that belongs to many makes all around it so, and the way up ends there.
fn owners(page: &PageText, links: &[(usize, usize)]) -> Vec<Owner> {
    let mut owners = vec![Owner::Nobody; page.regions.len()];
    for (at, target) in links {
        let mut next = page.links[*at].region;
        while let Some(region) = next {
            owners[region] = match owners[region] {
                Owner::Nobody => Owner::One(*target),
                Owner::One(known) if known == *target => Owner::One(known),
                Owner::One(_) => Owner::Many,
                Owner::Many => break,
            };
            next = page.regions[region].parent;
        }
    }
    owners
}

/// The elements from the innermost around a link outwards, as long as they belong to it alone and are no sections.
fn own_elements<'a>(page: &'a PageText, at: usize, target: usize, owners: &'a [Owner]) -> impl Iterator<Item = usize> + 'a {
    let is_own = move |region: &usize| {
        let place = page.regions[*region];
        owners[*region] == Owner::One(target) && place.end - place.start <= LONGEST_ENTRY
    };
    std::iter::successors(page.links[at].region, |region| page.regions[*region].parent).take_while(is_own)
}

/// How many entries would have each shape. A section that holds one entry only is larger than its entry; the shape most
/// entries have tells which of the elements around a link is the entry.
fn common_shapes(page: &PageText, links: &[(usize, usize)], owners: &[Owner]) -> HashMap<u64, usize> {
    let mut tops: HashMap<u64, BTreeSet<usize>> = HashMap::new();
    for (at, target) in links {
        if let Some(top) = own_elements(page, *at, *target, owners).last() {
            tops.entry(page.regions[top].shape).or_default().insert(*target);
        }
    }
    tops.into_iter().map(|(shape, targets)| (shape, targets.len())).collect()
}

fn entry_of(page: &PageText, at: usize, target: usize, owners: &[Owner], common: &HashMap<u64, usize>) -> Entry {
    let link = &page.links[at];
    let count = |region: &usize| common.get(&page.regions[*region].shape).copied().unwrap_or(0);
    // Of equal counts the last, which is the outermost.
    match own_elements(page, at, target, owners).max_by_key(count) {
        Some(region) => {
            let place = page.regions[region];
            Entry { links: vec![at], region: Some(region), start: place.start, end: place.end, shape: place.shape }
        }
        None => {
            // A link that stands for itself is of another kind than an element at the same place.
            let shape = link.region.map_or(0, |region| !page.regions[region].shape);
            Entry { links: vec![at], region: None, start: link.start, end: link.end, shape }
        }
    }
}

/// Elements whose links stand in running text: most of their words are no links.
fn prose(page: &PageText, links: &[(usize, usize)], owners: &[Owner]) -> BTreeSet<usize> {
    let mut words_of_links: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, _) in links {
        let link = &page.links[*at];
        if let Some(region) = link.region.filter(|region| owners[*region] == Owner::Many) {
            *words_of_links.entry(region).or_default() += link.end - link.start;
        }
    }
    let mut inside = vec![0; page.regions.len()];
    for region in &page.regions {
        if let Some(around) = region.parent {
            inside[around] += region.end - region.start;
        }
    }
    let is_prose = |(region, linked): &(usize, usize)| {
        let own = (page.regions[*region].end - page.regions[*region].start).saturating_sub(inside[*region]);
        if *linked == 0 { own > WORDS_BESIDE_PICTURES } else { (*linked as f64) < SHARE_OF_LINKS * own as f64 }
    };
    words_of_links.into_iter().filter(is_prose).map(|(region, _)| region).collect()
}
