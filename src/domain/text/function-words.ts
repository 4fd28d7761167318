/**
 * Which language a text in Latin letters is written in (method §7.4; ours): its small words tell, those that nearly every
 * sentence of a language has and that its neighbours lack. Names, addresses, code and quoted values say nothing, so they
 * are not read. Too few small words, or of two languages nearly as many, and nobody can tell.
 */

const functionWords: Readonly<Record<string, string>> = {
  en: 'the and of to is are was were with for from this that these it its you your my have has had not but what which when where who how please can could should would will each been there their they into about after before than because i we be by at on if or',
  de: 'der die das und ist sind war waren mit für von dem den ein eine einen einem einer nicht aber auch auf aus bei nach über zu zum zur im am ich du er sie wir ihr mir mich dir dich wird werden wurde kann können soll sollte bitte wie welche welcher wenn oder als dass hat haben sich noch nur um bis',
  fr: 'le les des du et est sont était avec pour dans une un sur que qui ce cette ces mon ma mes votre vos notre je tu il elle nous vous ils ne pas plus mais ou où à au aux par se sa son ses leur leurs peut pouvez été fait quel quelle comment puis s’il d’un d’une l’on',
  es: 'el los las una y es está están son con del al por para pero como más su sus mi mis tu lo le les se ha han hay muy también cuando donde qué cuál quién puede puedo debe favor esta este estos estas eso esa ese desde hasta entre sin sobre yo nos un unos unas que de en',
  it: 'il lo gli della dello dei degli delle nel nella nelle nei con per una uno un che di è sono era anche non ma più come quando dove quale quali chi può puoi mio mia miei tuo suo sua loro questo questa questi queste quello essere stato ho hai ha abbiamo dal dalla alla allo ai alle sul sulla perché e',
  pt: 'os as uma um e é são com para por mas como mais não sim em no na nos nas do da dos das ao à aos seu sua seus suas meu minha você eu ele ela isso isto esta este essa esse foi ser estar está quando onde qual quais quem pode posso deve também muito até entre sem sobre que de o',
  nl: 'het een van en is zijn was met voor op aan bij naar uit niet maar ook dat deze dit die er ik jij hij zij wij mijn jouw uw hun wordt worden werd kan kunnen moet wil graag hoe welke waar wanneer als of dan nog om tot door over heeft hebben de te in',
};

const languagesByWord = new Map<string, string[]>();
for (const [language, words] of Object.entries(functionWords))
  for (const word of words.split(' ')) languagesByWord.set(word, [...(languagesByWord.get(word) ?? []), language]);

/** Fewer small words of one language than this say nothing. */
const fewestWords = 4;
/** How many times as many there have to be as of any other language. */
const clearly = 1.8;

/** ISO 639-1 code of the language of the prose in a text; undefined when it is too short, mixed, or none of those known. */
export function proseLanguage(text: string): string | undefined {
  const hits = new Map<string, number>();
  for (const word of wordsOfProse(text))
    for (const language of languagesByWord.get(word) ?? []) hits.set(language, (hits.get(language) ?? 0) + 1);
  const [first, second] = [...hits].sort((a, b) => b[1] - a[1]);
  if (first === undefined || first[1] < fewestWords) return undefined;
  return first[1] >= clearly * (second?.[1] ?? 0) ? first[0] : undefined;
}

const notProse = /https?:\/\/\S+|`[^`]*`|"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|\S*[\d_/\\@.]\S+/gu;

function wordsOfProse(text: string): readonly string[] {
  return (
    text
      .replaceAll(notProse, ' ')
      .toLowerCase()
      .match(/\p{L}+(?:’\p{L}+)?/gu) ?? []
  );
}
