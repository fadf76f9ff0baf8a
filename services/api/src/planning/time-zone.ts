/**
 * Names of zones that the runtime takes, but does not list: it lists one name of each zone alone. These are the other
 * names in the IANA time zone database; the runtime itself takes names that are not there, such as PST.
 */
const otherNames: Record<string, string> = {
  '':
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran ' +
    'Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK ' +
    'Singapore Turkey UCT UTC Universal W-SU WET Zulu',
  'Africa/': 'Asmara Timbuktu',
  'America/':
    'Atikokan Atka Ensenada Fort_Wayne Knox_IN Montreal Nipigon Nuuk Pangnirtung Porto_Acre Rainy_River Rosario ' +
    'Santa_Isabel Shiprock Thunder_Bay Virgin Yellowknife',
  'America/Argentina/': 'Buenos_Aires Catamarca ComodRivadavia Cordoba Jujuy Mendoza',
  'America/Indiana/': 'Indianapolis',
  'America/Kentucky/': 'Louisville',
  'Antarctica/': 'South_Pole',
  'Asia/':
    'Ashkhabad Choibalsan Chongqing Chungking Dacca Harbin Ho_Chi_Minh Istanbul Kashgar Kathmandu Kolkata Macao ' +
    'Tel_Aviv Thimbu Ujung_Pandang Ulan_Bator Yangon',
  'Atlantic/': 'Faroe Jan_Mayen',
  'Australia/': 'ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna',
  'Brazil/': 'Acre DeNoronha East West',
  'Canada/': 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon',
  'Chile/': 'Continental EasterIsland',
  'Etc/':
    'GMT GMT+0 GMT+1 GMT+10 GMT+11 GMT+12 GMT+2 GMT+3 GMT+4 GMT+5 GMT+6 GMT+7 GMT+8 GMT+9 GMT-0 GMT-1 GMT-10 GMT-11 ' +
    'GMT-12 GMT-13 GMT-14 GMT-2 GMT-3 GMT-4 GMT-5 GMT-6 GMT-7 GMT-8 GMT-9 GMT0 Greenwich UCT UTC Universal Zulu',
  'Europe/': 'Belfast Kyiv Nicosia Tiraspol Uzhgorod Zaporozhye',
  'Mexico/': 'BajaNorte BajaSur General',
  'Pacific/': 'Chuuk Johnston Kanton Pohnpei Samoa Yap',
  'US/':
    'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa',
}

let names: Map<string, string> | undefined

/** The name of a time zone as it is usually written, of a text in any case; an alias stays one. Undefined: no such. */
export function timeZoneOf(text: string): string | undefined {
  names ??= new Map(allNames().map((name) => [name.toLowerCase(), name]))
  return names.get(text.toLowerCase())
}

function allNames(): string[] {
  const others = Object.entries(otherNames).flatMap(([region, list]) =>
    list.split(' ').map((name) => region + name),
  )
  return [...Intl.supportedValuesOf('timeZone'), ...others.filter(isTaken)]
}

/** Whether this runtime's zones have it. */
function isTaken(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}
