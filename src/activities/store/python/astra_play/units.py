"""Units and currencies: removed before numbers are compared, and a reason to refuse when both sides name one and they
differ. Nothing is converted: 1 km is not 1000 m."""
import re

from .characters import LETTERS, LOWER, SPACE, strip

CURRENCIES = (
    "USD EUR GBP CNY JPY INR KRW CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN RUB UAH TRY ILS AED SAR "
    "QAR EGP ZAR NGN KES BRL MXN ARS CLP COP PEN HKD TWD SGD MYR THB IDR PHP VND PKR BDT BTC ETH"
).split()
# Canonical name, then every other way it is printed. "¥" stays itself: it means CNY or JPY.
ALIASES = (
    "USD|$|US$|U.S.$|dollar|dollars|US dollars|US dollar|U.S. dollars|usd|美元|美金",
    "EUR|€|euro|euros|eur|欧元",
    "GBP|£|pound sterling|pounds sterling|gbp|英镑",
    "CNY|RMB|CN¥|yuan|renminbi|rmb|cny|元|块|人民币|元人民币",
    "¥|￥",
    "JPY|JP¥|yen|jpy|日元|円",
    "INR|₹|Rs|Rs.|rupee|rupees|卢比",
    "KRW|₩|won|韩元",
    "CAD|C$|CA$|Canadian dollars",
    "AUD|A$|AU$|Australian dollars",
    "HKD|HK$|港元|港币",
    "SGD|S$",
    "NZD|NZ$",
    "CHF|Swiss francs",
    "BRL|R$",
    "RUB|₽|rubles|roubles",
    "TRY|₺",
    "ILS|₪",
    "VND|₫",
    "UAH|₴",
    "%|percent|per cent|pct|百分比",
    "‰|permille",
    "percentage point|percentage points|pp|个百分点",
    "km|kilometer|kilometers|kilometre|kilometres|公里|千米",
    "m|meter|meters|metre|metres|米",
    "cm|centimeter|centimeters|centimetre|centimetres|厘米",
    "mm|millimeter|millimeters|millimetre|millimetres|毫米",
    "mi|mile|miles|英里",
    "ft|foot|feet|英尺",
    "yd|yard|yards",
    "inch|inches|英寸",
    "m2|m^2|sq m|sqm|square meter|square meters|square metre|square metres|平方米|平米|㎡",
    "km2|km^2|sq km|square kilometers|square kilometres|平方公里|平方千米",
    "ft2|ft^2|sq ft|sqft|square foot|square feet",
    "ha|hectare|hectares|公顷",
    "acre|acres|英亩",
    "m3|m^3|cubic meters|cubic metres|立方米",
    "kg|kilogram|kilograms|kilo|kilos|千克|公斤",
    "g|gram|grams|克",
    "mg|milligram|milligrams|毫克",
    "t|tonne|tonnes|metric tons|吨",
    "lb|lbs|pound|pounds|磅",
    "oz|ounce|ounces|盎司",
    "L|l|liter|liters|litre|litres|升",
    "mL|ml|milliliter|milliliters|millilitre|millilitres|毫升",
    "s|sec|secs|second|seconds|秒|秒钟",
    "ms|millisecond|milliseconds|毫秒",
    "min|mins|minute|minutes|分钟",
    "h|hr|hrs|hour|hours|小时|个小时",
    "day|days|天|日",
    "week|weeks|周|星期",
    "month|months|个月",
    "year|years|yr|yrs|年|岁",
    "°C|℃|degrees Celsius|Celsius|celsius|摄氏度",
    "°F|℉|degrees Fahrenheit|Fahrenheit|fahrenheit|华氏度",
    "°|degree|degrees|度",
    "km/h|kmh|kph|kilometers per hour|kilometres per hour|公里/小时",
    "mph|mi/h|miles per hour",
    "m/s|meters per second|metres per second|米/秒",
    "W|watt|watts|瓦",
    "kW|kilowatt|kilowatts|千瓦",
    "MW|megawatt|megawatts",
    "kWh|kwh|kilowatt hours|kilowatt-hours|千瓦时|度电",
    "kcal|kilocalories|calories|千卡|大卡",
    "V|volt|volts|伏",
    "Hz|hertz|赫兹",
    "KB|kilobytes",
    "MB|megabytes",
    "GB|gigabytes",
    "TB|terabytes",
    "person|people|persons|人|个人|名|位",
    "piece|pieces|pc|pcs|件|个|只|台|本|张|条|部|家|座|辆",
    "time|times|次|回",
)

_canonical = {code: code for code in CURRENCIES}
_currencies = {*CURRENCIES, "¥"}
for _line in ALIASES:
    _name, *_others = _line.split("|")
    for _alias in (_name, *_others):
        _canonical[_alias] = _name
_folded = {alias.lower(): name for alias, name in _canonical.items() if len(alias) > 3}

# Words that follow a number without counting anything: "25 of", "5 to".
_not_nouns = set(
    "of or to and per in at by than more less the from out is are was were ago over under with for on off as plus minus".split()
)
_per = re.compile(rf"([^\n\r\u2028\u2029]{{1,30}}?){SPACE}*(?:/|(?a:\bper\b)){SPACE}*(?:(?:an?|the){SPACE}+)?([{LETTERS}]{{1,30}})")
_noun = re.compile(rf"[{LOWER}'-]+(?: [{LOWER}'-]+){{0,2}}")
_plural = re.compile(rf"(?<=[{LOWER}]{{2}})s\Z")


def unit_of(text):
    """The canonical name of a known unit or currency as a text prints it, also "USD/night"; None for anything else."""
    name = strip(text)
    whole = _canonical.get(name) or _folded.get(name.lower())
    if whole is not None:
        return whole
    parts = _per.fullmatch(name)
    base = parts and _canonical.get(strip(parts.group(1)))
    return f"{base}/{_denominator(parts.group(2))}" if base else None


def currency_of(text):
    unit = unit_of(text)
    return unit if unit in _currencies else None


def count_noun(text):
    """What is counted by one to three lower-case words, in the singular."""
    if len(text) > 60 or not _noun.fullmatch(text) or any(word in _not_nouns for word in text.split(" ")):
        return None
    return _plural.sub("", text)


def units_agree(gold, other):
    """False only when both sides name a unit and they differ; a missing "per …" is no difference."""
    if gold is None or other is None:
        return True
    (base, per), (other_base, other_per) = _split_per(gold), _split_per(other)
    if per is not None and other_per is not None and per != other_per:
        return False
    return base == other_base or _is_yuan_or_yen(base, other_base) or _is_yuan_or_yen(other_base, base)


def _split_per(unit):
    base, slash, per = unit.partition("/")
    return (base, per) if slash and base in _currencies else (unit, None)


def _is_yuan_or_yen(sign, other):
    return sign == "¥" and other in ("CNY", "JPY")


def _denominator(word):
    return _canonical.get(word) or count_noun(word.lower()) or word.lower()
