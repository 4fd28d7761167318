/** For languages in other scripts than Latin and Han: a sentence of their own before an English template. */
const OPENINGS: { readonly [language: string]: string } = {
  ja: '次の問いに正確に答えてください：',
  ko: '다음 질문에 정확하게 답해 주세요: ',
  ru: 'Пожалуйста, ответьте точно на вопрос: ',
  uk: 'Будь ласка, дайте точну відповідь: ',
  ar: 'من فضلك أجب بدقة عن السؤال التالي: ',
  fa: 'لطفاً به این پرسش دقیق پاسخ دهید: ',
  hi: 'कृपया इस प्रश्न का सटीक उत्तर दें: ',
  th: 'กรุณาตอบคำถามต่อไปนี้ให้ถูกต้อง: ',
  el: 'Παρακαλώ απαντήστε με ακρίβεια στην ερώτηση: ',
  he: 'אנא ענו במדויק על השאלה הבאה: ',
};
const SAME_SCRIPT: { readonly [language: string]: string } = {
  bg: 'ru',
  be: 'ru',
  mk: 'ru',
  sr: 'ru',
  kk: 'ru',
  ur: 'ar',
  mr: 'hi',
  ne: 'hi',
};

/** The opening for a language; empty for those that need none. */
export function openingOf(language: string): string {
  const base = language.toLowerCase().split(/[-_]/)[0] ?? '';
  return OPENINGS[SAME_SCRIPT[base] ?? base] ?? '';
}

/** The text after a known opening, or the whole text. */
export function withoutOpening(text: string): string {
  const opening = Object.values(OPENINGS).find((one) => text.startsWith(one));
  return opening === undefined ? text : text.slice(opening.length);
}
