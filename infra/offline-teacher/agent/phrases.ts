/** The few sentences an agent and a user of ours can say, in the languages that can be told by their letters or small words. */

export interface Phrases {
  readonly came: string;
  readonly failed: string;
  readonly skipped: string;
  readonly nothing: string;
  /** Followed by what is wanted; ends as a question. */
  readonly ask: readonly [before: string, after: string];
  readonly refuse: readonly [before: string, after: string];
  readonly noTool: string;
  readonly thanks: string;
  readonly unknown: string;
  /** Before a fact that was asked for. */
  readonly tell: readonly [before: string, between: string, after: string];
}

const EN: Phrases = {
  came: 'Here is what the tools returned:',
  failed: 'this did not work; the tool said',
  skipped: 'this could not be done, because what it needs was not there',
  nothing: 'the tool returned nothing',
  ask: ['To go on I need one more thing: ', '. Could you tell me that?'],
  refuse: ['I cannot do this part with the tools I have: ', '. None of them covers it, so I have not called any.'],
  noTool:
    'None of the tools I have can do this, so I have not called any. Please tell me if something else would help.',
  thanks: 'Thank you, that is all I needed.',
  unknown: 'I do not know that. Please go on as you think best.',
  tell: ['The ', ' is "', '".'],
};

const ZH: Phrases = {
  came: '以下是工具返回的结果：',
  failed: '这一步没有成功，工具的返回是',
  skipped: '这一步无法完成，因为缺少它所需要的内容',
  nothing: '工具没有返回内容',
  ask: ['要继续的话，我还需要一项信息：', '。请问您能告诉我吗？'],
  refuse: ['现有的工具无法完成这一部分：', '。没有合适的工具，所以我没有进行调用。'],
  noTool: '现有的工具都无法完成这个请求，所以我没有进行调用。如果需要别的帮助，请告诉我。',
  thanks: '谢谢，这就是我需要的全部。',
  unknown: '这一点我不清楚，请您自行决定。',
  tell: ['', '是“', '”。'],
};

const OTHERS: { readonly [language: string]: Phrases } = {
  de: {
    came: 'Das haben die Werkzeuge geliefert:',
    failed: 'das hat nicht geklappt; das Werkzeug sagte',
    skipped: 'das ging nicht, weil dafür etwas fehlte',
    nothing: 'das Werkzeug lieferte nichts',
    ask: ['Um weiterzumachen, brauche ich noch: ', '. Können Sie mir das sagen?'],
    refuse: [
      'Diesen Teil kann ich mit den Werkzeugen nicht erledigen: ',
      '. Keines passt, deshalb habe ich keines aufgerufen.',
    ],
    noTool: 'Keines der Werkzeuge kann das, deshalb habe ich keines aufgerufen.',
    thanks: 'Danke, das ist alles.',
    unknown: 'Das weiß ich nicht. Bitte entscheiden Sie selbst.',
    tell: ['Hier ist die Angabe zu ', ': "', '".'],
  },
  fr: {
    came: 'Voici ce que les outils ont renvoyé :',
    failed: "cela n'a pas fonctionné ; l'outil a répondu",
    skipped: "cela n'a pas pu être fait, car il manquait quelque chose",
    nothing: "l'outil n'a rien renvoyé",
    ask: ['Pour continuer, il me manque : ', '. Pouvez-vous me le dire ?'],
    refuse: [
      'Je ne peux pas faire cette partie avec les outils : ',
      ". Aucun ne convient, je n'en ai donc appelé aucun.",
    ],
    noTool: "Aucun des outils ne peut le faire, je n'en ai donc appelé aucun.",
    thanks: "Merci, c'est tout.",
    unknown: 'Je ne le sais pas. Faites comme vous pensez.',
    tell: ['Voici ', ' : "', '".'],
  },
  es: {
    came: 'Esto es lo que devolvieron las herramientas:',
    failed: 'esto no funcionó; la herramienta dijo',
    skipped: 'esto no se pudo hacer, porque faltaba algo',
    nothing: 'la herramienta no devolvió nada',
    ask: ['Para seguir necesito un dato más: ', '. ¿Puede decírmelo?'],
    refuse: ['No puedo hacer esta parte con las herramientas: ', '. Ninguna sirve, así que no he llamado a ninguna.'],
    noTool: 'Ninguna de las herramientas puede hacerlo, así que no he llamado a ninguna.',
    thanks: 'Gracias, eso es todo.',
    unknown: 'No lo sé. Haga lo que crea mejor.',
    tell: ['Aquí está ', ': "', '".'],
  },
  ja: {
    came: 'ツールの結果は次のとおりです。',
    failed: 'うまくいきませんでした。ツールの返答は',
    skipped: '必要なものがなかったため、実行できませんでした',
    nothing: 'ツールは何も返しませんでした',
    ask: ['続けるには次の情報が必要です：', '。教えていただけますか？'],
    refuse: ['この部分は手元のツールではできません：', '。合うツールがないため、何も呼び出していません。'],
    noTool: '手元のツールではこのご依頼に対応できないため、何も呼び出していません。',
    thanks: 'ありがとうございます。以上です。',
    unknown: 'それは分かりません。お任せします。',
    tell: ['', 'は「', '」です。'],
  },
  ru: {
    came: 'Вот что вернули инструменты:',
    failed: 'это не получилось; инструмент ответил',
    skipped: 'это нельзя было сделать: не хватило данных',
    nothing: 'инструмент ничего не вернул',
    ask: ['Чтобы продолжить, мне нужно ещё: ', '. Можете сказать?'],
    refuse: [
      'Эту часть нельзя сделать имеющимися инструментами: ',
      '. Ни один не подходит, поэтому я ничего не вызывал.',
    ],
    noTool: 'Ни один из инструментов этого не умеет, поэтому я ничего не вызывал.',
    thanks: 'Спасибо, это всё.',
    unknown: 'Этого я не знаю. Решите сами.',
    tell: ['Вот ', ': "', '".'],
  },
};

const SMALL_WORDS: readonly (readonly [string, RegExp])[] = [
  ['de', /\b(?:und|der|die|das|bitte|nicht|mit|für|eine?|ist)\b/giu],
  ['fr', /\b(?:et|le|la|les|des|une?|pour|avec|est|veuillez|dans)\b/giu],
  ['es', /\b(?:el|los|las|una?|para|con|por favor|que|del)\b/giu],
];

/** The phrases of a named language, English when it is none of ours. */
export function phrasesOf(language: string): Phrases {
  const base = language.toLowerCase().split(/[-_]/)[0] ?? '';
  return base === 'zh' ? ZH : (OTHERS[base] ?? EN);
}

/** The phrases of the language a text is written in; quoted values do not count. */
export function phrasesFor(text: string): Phrases {
  const prose = text.replace(/"[^"]*"|“[^”]*”|「[^」]*」/gu, ' ');
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(prose)) return phrasesOf('ja');
  const letters = prose.match(/\p{L}/gu)?.length ?? 0;
  const share = (script: RegExp): number => (prose.match(script)?.length ?? 0) / Math.max(letters, 1);
  if (share(/\p{Script=Han}/gu) > 0.3) return ZH;
  if (share(/\p{Script=Cyrillic}/gu) > 0.5) return phrasesOf('ru');
  const words = Math.max(prose.split(/\s+/).length, 1);
  const found = SMALL_WORDS.find(([, small]) => (prose.match(small)?.length ?? 0) / words > 0.12);
  return found === undefined ? EN : phrasesOf(found[0]);
}
