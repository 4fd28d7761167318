import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countScripts, detectLanguage, languageFit } from '../../../src/domain/text/language.ts';
import { coarseTokens, isSpaceless, normaliseText, tokenise } from '../../../src/domain/text/tokens.ts';

describe('tokens', () => {
  it('are words, whole numbers, and single characters of scripts without spaces', () => {
    assert.deepEqual(tokenise('The C++ price: 1,234.50 (v1.5.2), 北京大学 x25y!'), [
      'the',
      'c++',
      'price',
      '1234.50',
      'v1',
      '5.2',
      '北',
      '京',
      '大',
      '学',
      'x25y',
    ]); // prettier-ignore
  });

  it('keep only spaces and sentence punctuation apart when they are coarse', () => {
    assert.deepEqual(coarseTokens("AC/DC, C++; 'A-1' (ok). 你好，世界。"), [
      'ac/dc',
      'c++',
      'a-1',
      'ok',
      '你好',
      '世界',
    ]);
  });

  it('normalise width, case, spacing and minus signs, and keep superscripts apart', () => {
    assert.equal(normaliseText('  Ｃafé \u00a0 10² −5 ’s'), "café 10^2 -5 's");
  });

  it('do not change when they are normalised again', () => {
    fc.assert(fc.property(fc.string(), (text) => normaliseText(normaliseText(text)) === normaliseText(text)));
  });

  it('tell a text written without spaces from others', () => {
    assert.deepEqual(['北京', 'カタカナ', '北京 a', 'ab', ''].map(isSpaceless), [true, true, false, false, false]);
  });
});

describe('the language of a text', () => {
  const english = 'Which hotel near the station is the cheapest?';
  const chinese = '车站附近最便宜的酒店是哪一家？';
  const russian = 'Какая гостиница у вокзала самая дешёвая?';

  it('is clearly another one only when hardly a letter is in its script', () => {
    assert.equal(languageFit(english, 'en'), 'fits');
    assert.equal(languageFit(english, 'fr-FR'), 'fits');
    assert.equal(languageFit(english, 'zh'), 'other_script');
    assert.equal(languageFit(chinese, 'en'), 'other_script');
    assert.equal(languageFit(chinese, 'ja'), 'fits');
    assert.equal(languageFit(russian, 'uk'), 'fits');
  });

  it('is not another one because of English names in it (probe 25)', () => {
    assert.equal(languageFit('请问 Marriott Hotel 今晚一间双人房的价格是多少？', 'zh'), 'fits');
    assert.equal(languageFit(`价格 Marriott Downtown Grand Hotel Los Angeles`, 'zh'), 'flagged');
  });

  it('is not judged by a few letters', () => {
    assert.equal(languageFit('OK 25', 'zh'), 'fits');
    assert.deepEqual([...countScripts('25!')], []);
  });

  it('is detected by the script, and left as it was for Latin letters', () => {
    assert.equal(detectLanguage(chinese, 'en'), 'zh');
    assert.equal(detectLanguage('駅の近くで一番安いホテルはどこですか', 'en'), 'ja');
    assert.equal(detectLanguage(russian, 'en'), 'ru');
    assert.equal(detectLanguage(english, 'de'), 'de');
    assert.equal(detectLanguage(english, 'zh'), 'en');
  });
});
