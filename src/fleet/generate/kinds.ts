import type { Random } from '../../core/random.ts';
import type { ResourceType } from '../new-site.ts';

/** One kind of site of a generated fleet. All names of chains are made up, or as good as. */
interface Kind {
  readonly subType: string;
  readonly type: ResourceType;
  /** How common it is, among 100 sites. */
  readonly share: number;
  /** Names that many sites bear, also in one town. */
  readonly chains: readonly string[];
  /** Patterns of names of their own; `{town}`, `{street}`, `{surname}` and `{word}` are filled in. */
  readonly own: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    subType: 'Supermarkets',
    type: 'DSR',
    share: 18,
    chains: ['Frisk & Nær', "Dagli'Køb", 'Købmandsgården', 'Øko-Hjørnet', 'Superkøb', 'Spar & Spis'],
    own: ['Min Købmand {surname}', '{surname}s Dagligvarer', '{town} Storkøb'],
  },
  {
    subType: 'Restaurants',
    type: 'DSR',
    share: 14,
    chains: ["Mamma Rosa's Pizzeria", 'Burger Bjørn', 'Sushi Ø', 'Grill & Co.', 'Smørrebrødshuset'],
    own: ['Restaurant {word}', 'Café "{word}"', '{surname}s Køkken', 'Gæstgivergården {word}'],
  },
  {
    subType: 'Bakeries',
    type: 'DSR',
    share: 10,
    chains: ['Brødhuset', "Ole's Bageri", 'Bageriet "Den Gyldne Kringle"', 'Krydderbollen'],
    own: ['Bager {surname}', '{surname}s Bageri', '{town} Konditori'],
  },
  {
    subType: 'Bars',
    type: 'DSR',
    share: 7,
    chains: ["O'Learys", "Paddy O'Brien's Pub", 'Ølstuen', 'Den Grå Måge'],
    own: ['Bar "{word}"', '{surname}s Vinbar', '{town} Bodega'],
  },
  {
    subType: 'Hotels',
    type: 'DSR',
    share: 6,
    chains: ['Hotel Fjordblik', 'Sov Godt Hotel', 'Kystens Perle'],
    own: ['Hotel "{word}"', '{town} Kro', 'Hotel {surname}', 'Badehotellet {word}', 'Vandrerhjem {town}'],
  },
  {
    subType: 'Schools',
    type: 'DSR',
    share: 11,
    chains: ['Børnehuset Æblehaven', 'Lærkeskolen', 'Søndre Skole'],
    own: ['{town} Skole', '{town} Friskole', '{word}skolen', '{town} Gymnasium', '{town} Privatskole'],
  },
  {
    subType: 'Industry',
    type: 'DSR',
    share: 11,
    chains: ['Nordisk Stål & Plast A/S', 'Jysk Fødevareteknik A/S', 'Brdr. Nøhr Beton'],
    own: ['{surname} Maskinfabrik A/S', '{surname} & Sønner ApS', '{town} Mejeri', '{word} Teknik A/S'],
  },
  {
    subType: 'Swimming Pools',
    type: 'DSR',
    share: 2,
    chains: ['Vandkulturhuset Bølgen'],
    own: ['{town} Svømmehal', 'Badeland "{word}"', '{town} Friluftsbad'],
  },
  {
    subType: 'Shops',
    type: 'DSR',
    share: 9,
    chains: ['Blomster & Ting', 'Tøjhjørnet', 'Byggecentret', "Kid's Legetøj"],
    own: ['{surname}s Boghandel', '{surname} & Datter', '{town} Cykler', 'Guldsmed {surname}'],
  },
  {
    subType: 'EV Charging',
    type: 'EV',
    share: 9,
    chains: ['LadeGrøn', 'Strøm & Fart', 'E-Station Øst'],
    own: ['Ladepark {street}', '{town} P-hus', 'Ladestander {street}'],
  },
  {
    subType: 'Solar Roofs',
    type: 'PV',
    share: 2,
    chains: ['Solfælles Danmark'],
    own: ['{surname}s Solceller', 'Solpark {town}'],
  },
  {
    subType: 'Battery Storage',
    type: 'BATTERY',
    share: 1,
    chains: ['Nordkraft Lager'],
    own: ['Batteri {street}', '{town} Energilager'],
  },
];

/** Of 100 sites of a kind, so many belong to a chain. */
const chainShare = 55;

const surnames =
  'Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen Møller Kjær Østergaard Nørgård Skov Bæk Høj Ågård Thøgersen Dam'.split(
    ' ',
  );

const words =
  'Søfryd Solsikken Strandlyst Bøgen Havmågen Ærø Fyrtårnet Lærken Svanen Æblet Skovlyst Fjorden Åkanden Klitten Rosen Vikingen Guldhornet Nordlys Møllen Øresund'.split(
    ' ',
  );

/** Streets of any Danish town. */
export const streets: readonly string[] =
  'Vesterbro,Nørregade,Søndergade,Østergade,Vestergade,Algade,Storegade,Jernbanegade,Skolegade,Kirkegade,Strandvejen,Havnegade,Møllevej,Industrivej,Ågade,Bredgade,Torvet,Rådhuspladsen,Kongensgade,Dronningensgade,Lærkevej,Bøgevej,Ringvejen,Hobrovej,Sct. Mogens Gade,Gammel Kærvej,Åboulevarden,Stationsvej,Klostergade,Skovvej,H.C. Andersens Vej,Fabriksvej,Nygade,Parkvej,Sønder Allé,Brogade'.split(
    ',',
  );

/** One of `list`, at random. */
export function oneOf<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

const allShares = kinds.reduce((sum, kind) => sum + kind.share, 0);

/** A kind of site at random, common ones more often. */
export function drawKind(random: Random): Kind {
  let left = random() * allShares;
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return kinds[0] as Kind;
}

/** A name for a site of that kind: a chain's, which others bear too, or one of its own. */
export function drawName(kind: Kind, town: string, street: string, random: Random): string {
  if (random() * 100 < chainShare) return oneOf(kind.chains, random);
  return oneOf(kind.own, random)
    .replace('{town}', town)
    .replace('{street}', street)
    .replace('{surname}', () => oneOf(surnames, random))
    .replace('{word}', () => oneOf(words, random));
}
