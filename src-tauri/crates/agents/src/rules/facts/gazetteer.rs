//! Cities and their countries, as sites write them in English and in their own language.
//!
//! Larger towns of the countries most leads come from. A town of two countries is left to the context, and so are
//! names that are ordinary words at the start of a sentence. `_` stands for a space inside a name.

use autoreach_domain::icp::Country;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Cities by country code.
const CITIES: [(&str, &str); 35] = [
    (
        "DE",
        "Berlin Hamburg München Munich Köln Cologne Frankfurt Frankfurt_am_Main Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover \
         Hanover Nürnberg Nuremberg Duisburg Bochum Wuppertal Bielefeld Bonn Münster Mannheim Karlsruhe Augsburg Wiesbaden Mönchengladbach \
         Gelsenkirchen Aachen Kiel Lübeck Rostock Bremerhaven Freiburg Freiburg_im_Breisgau Mainz Kassel Regensburg Ulm Neu-Ulm Heilbronn Würzburg \
         Ingolstadt Potsdam Osnabrück Erfurt Chemnitz Braunschweig Magdeburg Wolfsburg Göttingen Paderborn Rheine Cham Darmstadt Jena Flensburg \
         Wilhelmshaven Krefeld Oberhausen Hagen Hamm Saarbrücken Mülheim Ludwigshafen Oldenburg Leverkusen Solingen Heidelberg Herne Neuss \
         Offenbach Fürth Pforzheim Siegen Hildesheim Cottbus Erlangen Moers Trier Koblenz Recklinghausen Bergisch_Gladbach Remscheid Salzgitter \
         Reutlingen Gütersloh Kaiserslautern Iserlohn Schwerin Düren Ratingen Esslingen Lünen Hanau Ludwigsburg Tübingen Flensburg Velbert \
         Konstanz Zwickau Villingen-Schwenningen Marburg Dorsten Minden Gießen Dessau-Roßlau Bamberg Neumünster Viersen Norderstedt \
         Wilhelmshaven Gladbeck Delmenhorst Arnsberg Rheine Bayreuth Troisdorf Castrop-Rauxel Detmold Landshut Lüdenscheid Bocholt Brandenburg \
         Lüneburg Kempten Aschaffenburg Rosenheim Dinslaken Lippstadt Herford Aalen Plauen Fulda Dormagen Kerpen Weimar Neuwied Hürth \
         Friedrichshafen Schweinfurt Ravensburg Passau Straubing Memmingen Stralsund Greifswald Wismar Gera Görlitz Bautzen Freising Offenburg \
         Lörrach Göppingen Sindelfingen Böblingen Waiblingen Baden-Baden Wetzlar Limburg Emden Cuxhaven Nordhorn Lingen Meppen Papenburg \
         Coburg Amberg Deggendorf Traunstein Biberach Tuttlingen Rottweil Eisenach Gotha Suhl Nordhausen Speyer Pirmasens Bad_Homburg \
         Unna Soest Kleve Wesel Gummersbach Euskirchen Ahlen Beckum Hameln Goslar Verden Itzehoe Husum Rendsburg Elmshorn Pinneberg",
    ),
    (
        "AT",
        "Wien Vienna Graz Linz Salzburg Innsbruck Klagenfurt Villach Wels Dornbirn Bregenz Steyr Feldkirch Leoben Krems Amstetten Kufstein Lustenau Eisenstadt Bludenz Hallein Kapfenberg Mödling Baden_bei_Wien Sankt_Pölten St._Pölten",
    ),
    (
        "CH",
        "Zürich Zurich Genf Geneva Genève Basel Bern Lausanne Winterthur Luzern Lucerne Lugano Chur Zug Sargans Landquart Biel Thun Schaffhausen Aarau Solothurn Olten Frauenfeld Rapperswil Neuchâtel Fribourg Sion Bellinzona Baden St._Gallen Sankt_Gallen Uster Wil",
    ),
    (
        "DK",
        "Copenhagen København Aarhus Århus Odense Aalborg Esbjerg Randers Kolding Horsens Vejle Svendborg Hirtshals Skagen Frederikshavn Herning Fredericia Roskilde Silkeborg Viborg Holstebro Hillerød Næstved Slagelse Sønderborg Hjørring Køge Thisted Ikast Billund Nyborg",
    ),
    (
        "SE",
        "Stockholm Gothenburg Göteborg Malmö Uppsala Västerås Örebro Linköping Helsingborg Jönköping Norrköping Lund Umeå Gävle Borås Halmstad \
         Eskilstuna Skellefteå Östersund Karlstad Sundsvall Södertälje Växjö Luleå Trollhättan Kalmar Falun Skövde Kristianstad Karlskrona Nyköping \
         Uddevalla Varberg Kungsbacka Borlänge Motala Landskrona Trelleborg Örnsköldsvik Ängelholm Sandviken Kiruna Piteå Visby Katrineholm Västervik \
         Enköping Karlshamn Lidköping Alingsås Hudiksvall Nässjö Värnamo Gnosjö Arvika Vetlanda Falkenberg Sollentuna Solna Mölndal Ystad Boden",
    ),
    (
        "NO",
        "Oslo Bergen Trondheim Stavanger Tromsø Kristiansand Drammen Ålesund Bodø Haugesund Sandnes Fredrikstad Kristiansund Sarpsborg Skien Tønsberg Hamar Larvik Halden Molde Harstad Gjøvik Lillehammer Porsgrunn Arendal Narvik Alta",
    ),
    (
        "FI",
        "Helsinki Espoo Tampere Turku Åbo Oulu Vantaa Lahti Kuopio Vaasa Vasa Kotka Jyväskylä Pori Joensuu Lappeenranta Hämeenlinna Rovaniemi Seinäjoki Mikkeli Salo Porvoo Kokkola Rauma Kajaani Hyvinkää",
    ),
    ("IS", "Reykjavik Reykjavík Akureyri Kópavogur Hafnarfjörður"),
    (
        "NL",
        "Amsterdam Rotterdam Utrecht Eindhoven Tilburg Groningen Almere Breda Nijmegen Haarlem Arnhem Delft Delfzijl Vlissingen Venlo Maastricht \
         IJmuiden Zwolle Leiden Den_Haag The_Hague Enschede Amersfoort Apeldoorn Dordrecht Zoetermeer Leeuwarden Den_Bosch 's-Hertogenbosch Hengelo \
         Deventer Zutphen Assen Emmen Hoogeveen Meppel Alkmaar Hoorn Purmerend Zaandam Hilversum Gouda Schiedam Vlaardingen Roosendaal Bergen_op_Zoom \
         Helmond Oss Veghel Roermond Weert Sittard Heerlen Middelburg Terneuzen Lelystad Harderwijk Ede Veenendaal Wageningen Doetinchem Tiel \
         Woerden Nieuwegein Zeist Houten Capelle Barendrecht Ridderkerk Gorinchem Waalwijk Heerenveen Drachten Sneek Harlingen Franeker Den_Helder \
         Hoofddorp Aalsmeer Naaldwijk Almelo Oldenzaal Kampen Hardenberg Coevorden Winterswijk Veendam",
    ),
    (
        "BE",
        "Brussels Brussel Bruxelles Antwerp Antwerpen Ghent Gent Bruges Brugge Leuven Liège Namur Zeebrugge Roeselare Kortrijk Mechelen Hasselt Genk Charleroi Mons Aalst Sint-Niklaas Oostende Ostend Turnhout Tournai La_Louvière Louvain-la-Neuve Waregem Verviers",
    ),
    ("LU", "Esch-sur-Alzette Differdange Dudelange"),
    (
        "FR",
        "Paris Lyon Marseille Toulouse Nice Nantes Strasbourg Montpellier Bordeaux Lille Rennes Grenoble Rouen Reims Toulon Saint-Étienne Le_Havre \
         Dijon Angers Nîmes Villeurbanne Clermont-Ferrand Le_Mans Aix-en-Provence Brest Limoges Amiens Annecy Perpignan Metz Besançon Orléans \
         Mulhouse Caen Nancy Roubaix Tourcoing Dunkerque Avignon Poitiers Versailles Pau La_Rochelle Calais Cannes Antibes Béziers Colmar Bourges \
         Saint-Nazaire Valence Quimper Troyes Chambéry Niort Lorient Montauban Beauvais Cholet Vannes Laval Arles Charleville-Mézières Évreux \
         Saint-Brieuc Saint-Malo Bayonne Brive-la-Gaillarde Blois Mâcon Macon Chalon-sur-Saône Bourg-en-Bresse Valenciennes Arras Douai Cambrai \
         Compiègne Saint-Quentin Châteauroux Nevers Auxerre Épinal Belfort Vichy Roanne Vienne_(Isère) Albi Castres Tarbes Agen Périgueux Angoulême \
         Rochefort Cherbourg Le_Creusot Sète Ajaccio Bastia Oyonnax Romans-sur-Isère Grasse Sophia_Antipolis Courbevoie Nanterre Montreuil Boulogne-Billancourt",
    ),
    (
        "ES",
        "Madrid Barcelona Valencia Seville Sevilla Zaragoza Málaga Malaga Bilbao Vigo Alicante Murcia Palma Palma_de_Mallorca Las_Palmas Córdoba \
         Valladolid Gijón Vitoria Vitoria-Gasteiz Granada Elche Oviedo Cartagena Jerez Pamplona Almería Donostia San_Sebastián Burgos Santander \
         Castellón Albacete Logroño Badajoz Salamanca Huelva Lleida Marbella León Tarragona Cádiz Jaén Ourense Girona Lugo Cáceres Santiago_de_Compostela \
         A_Coruña La_Coruña Toledo Ceuta Guadalajara Pontevedra Palencia Ciudad_Real Zamora Ávila Cuenca Huesca Segovia Soria Teruel Mérida Tudela \
         Terrassa Sabadell Mataró Reus Manresa Sant_Cugat Getafe Alcalá_de_Henares Leganés Móstoles Alcobendas Gandía Torrevieja Lorca Algeciras Avilés \
         Irún Barakaldo Ponferrada Talavera Linares Elda Alcoy Sagunto Igualada Figueres Olot",
    ),
    ("PT", "Lisbon Lisboa Porto Braga Aveiro Coimbra Setúbal Faro Leiria Guimarães Viseu Évora Funchal Sines"),
    (
        "IT",
        "Milan Milano Rome Roma Turin Torino Naples Napoli Genoa Genova Bologna Florence Firenze Verona Venice Venezia Trieste Triest Bari Catania Palermo Padova Brescia Bergamo Parma Modena Bolzano Bozen Trento Udine Perugia Ancona Rimini Ravenna Livorno Pisa Salerno Vicenza Treviso Novara",
    ),
    (
        "GB",
        "London Manchester Birmingham Leeds Glasgow Edinburgh Liverpool Bristol Sheffield Cardiff Belfast Newcastle Nottingham Southampton Felixstowe \
         Immingham Hull Cambridge Oxford Brighton Aberdeen Coventry Leicester Bradford Stoke-on-Trent Wolverhampton Plymouth Derby Swansea Portsmouth \
         Northampton Luton Norwich Swindon Milton_Keynes Bournemouth Peterborough Middlesbrough Sunderland Huddersfield York Exeter Gloucester \
         Cheltenham Worcester Hereford Ipswich Colchester Chelmsford Slough Basingstoke Guildford Crawley Maidstone Canterbury Dover Preston \
         Blackburn Blackpool Bolton Stockport Warrington Chester Wrexham Newport Dundee Inverness Perth_(Scotland) Stirling Livingston Falkirk Paisley \
         Carlisle Kendal Lancaster Durham Darlington Harrogate Doncaster Rotherham Barnsley Wakefield Lincoln Grimsby Scunthorpe Mansfield Telford \
         Shrewsbury Stafford Rugby_(Warwickshire) Taunton Salisbury Poole Winchester Derry Londonderry Lisburn Truro",
    ),
    ("IE", "Dublin Cork Galway Limerick Waterford Dundalk Drogheda Sligo Athlone Kilkenny Tralee Letterkenny Shannon"),
    (
        "PL",
        "Warsaw Warszawa Kraków Krakow Łódź Wrocław Poznań Gdańsk Gdansk Danzig Gdynia Szczecin Katowice Lublin Bydgoszcz Białystok Częstochowa Rzeszów Gliwice Toruń Kielce Opole Sopot",
    ),
    ("CZ", "Prague Praha Brno Ostrava Plzeň Pilsen Olomouc Liberec Zlín Pardubice Hradec_Králové České_Budějovice"),
    ("SK", "Bratislava Košice Žilina Nitra Trnava Prešov"),
    ("HU", "Budapest Debrecen Szeged Győr Raab Pécs Miskolc Kecskemét"),
    ("RO", "Bucharest București Cluj Cluj-Napoca Timișoara Iași Brașov Sibiu Constanța Oradea"),
    ("GR", "Athens Thessaloniki Piraeus Patras Heraklion"),
    ("EE", "Tallinn Tartu Pärnu"),
    ("LV", "Riga Liepāja Daugavpils"),
    ("LT", "Vilnius Kaunas Klaipėda"),
    ("SI", "Ljubljana Maribor Koper Celje"),
    ("TR", "Istanbul Ankara Izmir Mersin Bursa Antalya"),
    (
        "US",
        "Boston Chicago Houston Seattle Austin Atlanta Denver Miami Dallas Philadelphia New_York New_York_City Brooklyn San_Francisco Los_Angeles \
         San_Diego San_Jose Palo_Alto Oakland Sacramento Portland Phoenix Tucson Las_Vegas Salt_Lake_City Boulder Colorado_Springs Albuquerque \
         San_Antonio Fort_Worth Oklahoma_City Tulsa Kansas_City Omaha Des_Moines Minneapolis Milwaukee Madison Detroit Grand_Rapids Cleveland Columbus \
         Cincinnati Pittsburgh Indianapolis Louisville Nashville Memphis Charlotte Raleigh Durham_(North_Carolina) Richmond Baltimore Buffalo \
         Rochester Albany Hartford Providence Tampa Orlando Jacksonville New_Orleans Baton_Rouge Birmingham_(Alabama) St._Louis Saint_Paul Boise \
         Spokane Anchorage Honolulu Washington Newark Jersey_City",
    ),
    ("CA", "Toronto Montreal Montréal Vancouver Calgary Ottawa Edmonton Winnipeg Québec Halifax Waterloo Mississauga"),
    ("IN", "Mumbai Bangalore Bengaluru Delhi New_Delhi Chennai Hyderabad Pune Mundra Kolkata Ahmedabad Gurgaon Noida"),
    ("CN", "Shanghai Beijing Shenzhen Guangzhou Ningbo Qingdao Suzhou Hangzhou Chengdu Tianjin"),
    ("JP", "Tokyo Osaka Yokohama Nagoya Kobe Kyoto Fukuoka"),
    ("AU", "Sydney Melbourne Brisbane Perth Adelaide Canberra"),
    ("SG", "Singapore"),
];

static GAZETTEER: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut cities = HashMap::new();
    for (code, names) in CITIES {
        let Ok(country) = Country::parse(code) else { continue };
        for name in names.split_whitespace().filter(|name| !name.contains('(')) {
            cities.entry(name.replace('_', " ")).or_insert(country);
        }
    }
    cities
});

/// The country of a known city.
pub(crate) fn country_of_city(city: &str) -> Option<Country> {
    GAZETTEER.get(city.trim()).copied()
}

/// Known cities in `text` with their byte offsets, whole words only, the longest name first ("New York" before "York").
pub(crate) fn cities(text: &str) -> Vec<(usize, &str, Country)> {
    let words = words(text);
    let mut found = Vec::new();
    let mut index = 0;
    while index < words.len() {
        let (start, _) = words[index];
        let longest = (1..=LONGEST_NAME.min(words.len() - index)).rev().find_map(|count| {
            let end = words[index + count - 1].1;
            known(&text[start..end]).map(|(city, country)| (count, city, country))
        });
        match longest {
            Some((count, city, country)) => {
                found.push((start, city, country));
                index += count;
            }
            None => index += 1,
        }
    }
    found
}

/// Most words of a city's name.
const LONGEST_NAME: usize = 3;

/// The words of a text: letters, digits, hyphens and apostrophes, with their places.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric() || c == '-' || c == '\'') {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// A name, or its part before a hyphen ("Düsseldorf-Hafen"), as a known city.
fn known(name: &str) -> Option<(&str, Country)> {
    let whole = GAZETTEER.get(name).map(|country| (name, *country));
    whole.or_else(|| name.split_once('-').and_then(|(city, _)| GAZETTEER.get(city).map(|country| (city, *country))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_are_found_whole_and_the_longest_name_wins() {
        let named = |text| cities(text).into_iter().map(|(_, city, country)| format!("{city} {}", country.code())).collect::<Vec<_>>();
        assert_eq!(named("Offices in New York, Den Haag and York."), ["New York US", "Den Haag NL", "York GB"]);
        assert_eq!(named("Düsseldorf-Hafen, Londoner Straße, Hamburger"), ["Düsseldorf DE"]);
    }

    #[test]
    fn every_code_is_a_country_we_know() {
        for (code, _) in CITIES {
            assert!(Country::parse(code).is_ok(), "{code}");
        }
    }
}
