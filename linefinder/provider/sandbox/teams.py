"""Teams of the sandbox's season, and what a game of each sport looks like in numbers."""

from __future__ import annotations

from typing import NamedTuple


class League(NamedTuple):
    """total: points of a usual game; swing: points a unit of log-odds is worth; spread: scale of
    the difference; lasts: minutes; draws: whether h2h has three ways."""

    total: float
    swing: float
    spread: float
    lasts: int
    draws: bool = False


LEAGUES: dict[str, League] = {
    "basketball_nba": League(226.5, 6.0, 11.5, 150),
    "basketball_wnba": League(163.5, 5.5, 10.5, 130),
    "basketball_ncaab": League(145.5, 5.5, 10.0, 130),
    "americanfootball_nfl": League(44.5, 6.5, 12.0, 195),
    "americanfootball_ncaaf": League(52.5, 8.0, 14.0, 205),
    "baseball_mlb": League(8.5, 0.0, 2.6, 175),
    "baseball_kbo": League(9.5, 0.0, 2.8, 180),
    "icehockey_nhl": League(6.0, 0.0, 1.8, 150),
    "soccer_epl": League(2.5, 0.7, 1.4, 115, True),
    "soccer_usa_mls": League(2.5, 0.7, 1.4, 115, True),
    "soccer_fifa_world_cup": League(2.5, 0.7, 1.4, 115, True),
}

_NAMES = {
    "basketball_nba": "Atlanta Hawks|Boston Celtics|Brooklyn Nets|Charlotte Hornets|Chicago Bulls|"
    "Cleveland Cavaliers|Dallas Mavericks|Denver Nuggets|Detroit Pistons|Golden State Warriors|"
    "Houston Rockets|Indiana Pacers|Los Angeles Clippers|Los Angeles Lakers|Memphis Grizzlies|"
    "Miami Heat|Milwaukee Bucks|Minnesota Timberwolves|New Orleans Pelicans|New York Knicks|"
    "Oklahoma City Thunder|Orlando Magic|Philadelphia 76ers|Phoenix Suns|Portland Trail Blazers|"
    "Sacramento Kings|San Antonio Spurs|Toronto Raptors|Utah Jazz|Washington Wizards",
    "americanfootball_nfl": "Arizona Cardinals|Atlanta Falcons|Baltimore Ravens|Buffalo Bills|"
    "Carolina Panthers|Chicago Bears|Cincinnati Bengals|Cleveland Browns|Dallas Cowboys|"
    "Denver Broncos|Detroit Lions|Green Bay Packers|Houston Texans|Indianapolis Colts|"
    "Jacksonville Jaguars|Kansas City Chiefs|Las Vegas Raiders|Los Angeles Chargers|"
    "Los Angeles Rams|Miami Dolphins|Minnesota Vikings|New England Patriots|New Orleans Saints|"
    "New York Giants|New York Jets|Philadelphia Eagles|Pittsburgh Steelers|San Francisco 49ers|"
    "Seattle Seahawks|Tampa Bay Buccaneers|Tennessee Titans|Washington Commanders",
    "baseball_mlb": "Arizona Diamondbacks|Athletics|Atlanta Braves|Baltimore Orioles|Boston Red Sox|"
    "Chicago Cubs|Chicago White Sox|Cincinnati Reds|Cleveland Guardians|Colorado Rockies|"
    "Detroit Tigers|Houston Astros|Kansas City Royals|Los Angeles Angels|Los Angeles Dodgers|"
    "Miami Marlins|Milwaukee Brewers|Minnesota Twins|New York Mets|New York Yankees|"
    "Philadelphia Phillies|Pittsburgh Pirates|San Diego Padres|San Francisco Giants|"
    "Seattle Mariners|St. Louis Cardinals|Tampa Bay Rays|Texas Rangers|Toronto Blue Jays|"
    "Washington Nationals",
    "icehockey_nhl": "Anaheim Ducks|Boston Bruins|Buffalo Sabres|Calgary Flames|Carolina Hurricanes|"
    "Chicago Blackhawks|Colorado Avalanche|Columbus Blue Jackets|Dallas Stars|Detroit Red Wings|"
    "Edmonton Oilers|Florida Panthers|Los Angeles Kings|Minnesota Wild|Montréal Canadiens|"
    "Nashville Predators|New Jersey Devils|New York Islanders|New York Rangers|Ottawa Senators|"
    "Philadelphia Flyers|Pittsburgh Penguins|San Jose Sharks|Seattle Kraken|St Louis Blues|"
    "Tampa Bay Lightning|Toronto Maple Leafs|Utah Mammoth|Vancouver Canucks|Vegas Golden Knights|"
    "Washington Capitals|Winnipeg Jets",
    "basketball_wnba": "Atlanta Dream|Chicago Sky|Connecticut Sun|Dallas Wings|Golden State Valkyries|"
    "Indiana Fever|Las Vegas Aces|Los Angeles Sparks|Minnesota Lynx|New York Liberty|"
    "Phoenix Mercury|Seattle Storm|Washington Mystics|Portland Fire",
    "americanfootball_ncaaf": "Alabama Crimson Tide|Auburn Tigers|Clemson Tigers|Florida Gators|"
    "Florida State Seminoles|Georgia Bulldogs|Iowa Hawkeyes|LSU Tigers|Miami Hurricanes|"
    "Michigan Wolverines|Michigan State Spartans|Nebraska Cornhuskers|Notre Dame Fighting Irish|"
    "Ohio State Buckeyes|Oklahoma Sooners|Ole Miss Rebels|Oregon Ducks|Penn State Nittany Lions|"
    "Tennessee Volunteers|Texas Longhorns|Texas A&M Aggies|USC Trojans|Utah Utes|"
    "Wisconsin Badgers",
    "basketball_ncaab": "Arizona Wildcats|Auburn Tigers|Baylor Bears|Creighton Bluejays|"
    "Duke Blue Devils|Florida Gators|Gonzaga Bulldogs|Houston Cougars|Illinois Fighting Illini|"
    "Indiana Hoosiers|Kansas Jayhawks|Kentucky Wildcats|Marquette Golden Eagles|"
    "Michigan State Spartans|North Carolina Tar Heels|Purdue Boilermakers|St. John's Red Storm|"
    "Tennessee Volunteers|UCLA Bruins|UConn Huskies|Villanova Wildcats|Virginia Cavaliers",
    "baseball_kbo": "Doosan Bears|Hanwha Eagles|Kia Tigers|Kiwoom Heroes|KT Wiz|LG Twins|"
    "Lotte Giants|NC Dinos|Samsung Lions|SSG Landers",
    "soccer_epl": "Arsenal|Aston Villa|Bournemouth|Brentford|Brighton and Hove Albion|Burnley|Chelsea|"
    "Crystal Palace|Everton|Fulham|Leeds United|Liverpool|Manchester City|Manchester United|"
    "Newcastle United|Nottingham Forest|Sunderland|Tottenham Hotspur|West Ham United|"
    "Wolverhampton Wanderers",
    "soccer_usa_mls": "Atlanta United FC|Austin FC|CF Montréal|Charlotte FC|Chicago Fire|"
    "Colorado Rapids|Columbus Crew SC|D.C. United|FC Cincinnati|FC Dallas|Houston Dynamo|"
    "Inter Miami CF|LA Galaxy|Los Angeles FC|Minnesota United FC|Nashville SC|"
    "New England Revolution|New York City FC|New York Red Bulls|Orlando City SC|"
    "Philadelphia Union|Portland Timbers|Real Salt Lake|San Diego FC|San Jose Earthquakes|"
    "Seattle Sounders FC|Sporting Kansas City|St. Louis City SC|Toronto FC|Vancouver Whitecaps FC",
    "soccer_fifa_world_cup": "Argentina|Australia|Belgium|Brazil|Canada|Colombia|Croatia|Denmark|"
    "Ecuador|England|France|Germany|Ghana|Iran|Italy|Japan|Korea Republic|Mexico|Morocco|"
    "Netherlands|Norway|Paraguay|Poland|Portugal|Senegal|Serbia|Spain|Switzerland|Tunisia|"
    "United States|Uruguay|Wales",
}
TEAMS: dict[str, tuple[str, ...]] = {key: tuple(text.split("|")) for key, text in _NAMES.items()}
