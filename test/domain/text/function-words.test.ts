import assert from 'node:assert/strict';
import { proseLanguage } from '../../../src/domain/text/function-words.ts';

const requests: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Find a room for eight people in the Alder building and book it for Mara Lund.',
    'I would like you to handle this: read the file (path "notes/today.txt") and tell me what it says about the meeting.',
    'Please add a task to my list and mark the first one as done after that.',
  ],
  de: [
    'Bitte suche im Gebäude Alder einen Raum für 8 Personen und buche ihn für Mara Lund.',
    'Ich brauche eine Liste der offenen Aufgaben, und die erste davon soll als erledigt gelten.',
    'Wie viele Einträge hat die Datei, und welcher davon ist der älteste?',
  ],
  fr: [
    'Trouvez une salle pour huit personnes dans le bâtiment Alder et réservez-la pour Mara Lund.',
    'Je voudrais la liste des tâches ouvertes, puis que la première soit marquée comme faite.',
    'Combien de lignes y a-t-il dans le fichier, et quelle est la plus ancienne ?',
  ],
  es: [
    'Busca una sala para ocho personas en el edificio Alder y resérvala para Mara Lund.',
    'Necesito la lista de las tareas abiertas, y que la primera se marque como hecha.',
    '¿Cuántas líneas hay en el archivo y cuál de ellas es la más antigua?',
  ],
  it: [
    'Trova una sala per otto persone nella sede di Alder e prenota quella più grande per Mara Lund, che arriva alle dieci.',
  ],
  pt: [
    'Encontre uma sala para oito pessoas no prédio Alder e reserve a maior em nome da Mara Lund, que não chega às dez.',
  ],
  nl: ['Zoek een zaal voor acht mensen in het gebouw Alder en boek deze op naam van Mara Lund, want zij is er niet.'],
};

describe('the language of prose', () => {
  for (const [language, texts] of Object.entries(requests))
    it(`is told from requests of a sentence or two: ${language}`, () => {
      assert.deepEqual(
        texts.map(proseLanguage),
        texts.map(() => language),
      );
    });

  it('is not told from what is too short, from names, code and numbers', () => {
    for (const text of [
      '',
      'Danke!',
      'A-204, 22.5 EUR',
      'Mara Lund, Alder',
      '{"a": 1}',
      'git_status',
      'la casa',
      '2026-05-12',
    ])
      assert.equal(proseLanguage(text), undefined, text);
  });

  it('is not told from a text in two languages', () => {
    assert.equal(proseLanguage('The room is booked for you. Der Raum ist für dich gebucht.'), undefined);
  });

  it('is that of the sentence, whatever the values it quotes are written in', () => {
    const text =
      'Please put this into the file that I sent you: "Bitte suche im Gebäude einen Raum und buche ihn für mich"';
    assert.equal(proseLanguage(text), 'en');
  });
});
