/** A shop: goods go into a cart, a coupon counts what is in it at that moment, the checkout closes it. */
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, chance, pick } from '../draws.ts';
import { asInteger, asObject } from '../json-text.ts';
import type { Family, GoldPlan, World } from './family.ts';
import { stateOf, toolOf } from './family.ts';

const coupons = ['HARBOUR', 'LANTERN', 'ORCHARD', 'SPRING'];
const cart = { kind: 'text', means: 'Id of the cart.' } as const;
const sku = { kind: 'text', means: 'Number of the product.' } as const;
const left = { sku: 'number of the product', left: 'pieces left in stock' };

const tools = [
  toolOf(
    'add_item',
    'Puts pieces of a product into an open cart, on top of those in it, and takes them out of stock. Refused when the stock is too small, when the cart is not open, or when it has a coupon.',
    {
      parameters: {
        cart_id: cart,
        sku,
        quantity: { kind: 'whole', means: 'Pieces.', minimum: 1, maximum: 40 },
      },
      returns: left,
    },
  ),
  toolOf(
    'remove_item',
    'Takes all pieces of a product out of an open cart and puts them back into stock. Refused when the cart has none, is not open, or has a coupon.',
    { parameters: { cart_id: cart, sku }, returns: left },
  ),
  toolOf(
    'apply_coupon',
    'Puts an unused coupon on an open cart without one: its percent of the sum of price times pieces, rounded down to whole cents, is taken off at the checkout. Refused when the sum is below the minimum of the coupon. The coupon is used then.',
    {
      parameters: { cart_id: cart, code: { kind: 'text', means: 'Code of the coupon.' } },
      returns: { cart_id: 'id of the cart', discount: 'cents that are taken off' },
    },
  ),
  toolOf(
    'check_out',
    'Turns an open cart that is not empty into an order: its total is the sum of price times pieces, less the discount, plus shipping (590 cents standard, 1190 cents express). The cart is ordered then. New ids are O- and the number after the highest one there is.',
    {
      parameters: {
        cart_id: cart,
        shipping: { kind: 'text', means: 'Way of shipping.', enum: ['standard', 'express'] },
      },
      returns: { order_id: 'id of the order', total: 'its total in cents' },
    },
  ),
];

function world(rng: Rng): World {
  const skus = Array.from({ length: 4 }, (_, at) => `SKU-${100 + at * 37 + between(rng, 0, 30)}`);
  const [first = '', second = '', third = '', fourth = ''] = skus;
  const code = `${pick(rng, coupons)}${between(rng, 11, 89)}`;
  const [id, waste] = [`cart-${between(rng, 3, 40)}`, chance(rng, 0.5)];
  const [one, two] = [between(rng, 2, 9), between(rng, 3, 12)];
  const product = (): JsonObject => ({ price: between(rng, 1_210, 9_870), stock: between(rng, 41, 97) });
  const wish = `add ${one} pieces of ${first}` + (waste ? ` and take ${third} out` : ` and ${two} pieces of ${second}`);
  return {
    task: `In the cart ${id}, ${wish}, use the coupon ${code}, check out with ${pick(rng, ['standard', 'express'])} shipping, and tell me the total of the order in cents.`,
    tools,
    state_schema: stateOf({
      products: 'By number: price in cents, stock.',
      carts:
        'By id: items (number of the product to pieces), coupon (its code or null), discount in cents, status open or ordered.',
      coupons: 'By code: percent, minimum in cents, used.',
      orders: 'By id: cart_id, total in cents.',
    }),
    initial_state: {
      products: Object.fromEntries(skus.map((name) => [name, product()])),
      carts: {
        [id]: {
          items: { [third]: between(rng, 1, 4), [fourth]: between(rng, 1, 3) },
          coupon: null,
          discount: 0,
          status: 'open',
        },
        'cart-2': { items: { [fourth]: 2 }, coupon: null, discount: 0, status: 'ordered' },
      },
      coupons: { [code]: { percent: between(rng, 4, 19), minimum: 2_000, used: false } },
      orders: { 'O-1': { cart_id: 'cart-2', total: between(rng, 2_110, 9_970) } },
    },
  };
}

const request =
  /^In the cart (\S+), add (\d+) pieces of (\S+)(?: and take (\S+) out| and (\d+) pieces of (\S+)), use the coupon (\S+), check out with (\w+) shipping/;

function plan(task: string, state: JsonObject): GoldPlan | undefined {
  const match = request.exec(task);
  if (match === null) return undefined;
  const [, id = '', one, first = '', removed, two, second, code = '', shipping = ''] = match;
  const of = (table: string, key: string, field: string): number =>
    asInteger(asObject(asObject(state[table])[key])[field]) ?? 0;
  const items = Object.entries(asObject(asObject(asObject(state['carts'])[id])['items'])).filter(
    ([name]) => name !== removed,
  );
  const added = [[first, Number(one)] as const, ...(second === undefined ? [] : [[second, Number(two)] as const])];
  const all = [...items.map(([name, count]) => [name, asInteger(count) ?? 0] as const), ...added];
  const sum = all.reduce((total, [name, count]) => total + of('products', name, 'price') * count, 0);
  const discount = Math.floor((sum * of('coupons', code, 'percent')) / 100);
  const total = sum - discount + (shipping === 'express' ? 1_190 : 590);
  return {
    calls: [
      ...added.map(([name, quantity]) => ({ name: 'add_item', arguments: { cart_id: id, sku: name, quantity } })),
      ...(removed === undefined ? [] : [{ name: 'remove_item', arguments: { cart_id: id, sku: removed } }]),
      { name: 'apply_coupon', arguments: { cart_id: id, code } },
      { name: 'check_out', arguments: { cart_id: id, shipping } },
    ],
    goal: [
      { path: ['carts', id, 'status'], equals: 'ordered' },
      { path: ['coupons', code, 'used'], equals: true },
      { path: ['products', first, 'stock'], equals: of('products', first, 'stock') - Number(one) },
      { path: ['orders', '$4.order_id', 'total'], equals: total },
    ],
    answers: [{ call: 4, answer: total }],
  };
}

const functions = `

def open_cart(cart_id):
    cart = entry("carts", "cart_id", cart_id)
    if cart["status"] != "open":
        fail("the cart is not open")
    return cart


def changeable(cart_id):
    cart = open_cart(cart_id)
    if cart["coupon"] is not None:
        fail("the cart has a coupon")
    return cart


def goods(cart):
    return sum(STATE["products"][sku]["price"] * pieces for sku, pieces in cart["items"].items())


def add_item(cart_id, sku, quantity):
    cart = changeable(cart_id)
    product = entry("products", "sku", sku)
    whole("quantity", quantity, 1, 40)
    if quantity > product["stock"]:
        fail("the stock is too small")
    cart["items"][sku] = cart["items"].get(sku, 0) + quantity
    product["stock"] -= quantity
    return {"sku": sku, "left": product["stock"]}


def remove_item(cart_id, sku):
    cart = changeable(cart_id)
    product = entry("products", "sku", sku)
    if sku not in cart["items"]:
        fail("the cart has none of it")
    product["stock"] += cart["items"].pop(sku)
    return {"sku": sku, "left": product["stock"]}


def apply_coupon(cart_id, code):
    cart = changeable(cart_id)
    coupon = entry("coupons", "code", code)
    if coupon["used"]:
        fail("the coupon is used")
    if goods(cart) < coupon["minimum"]:
        fail("the sum is below the minimum")
    cart["discount"] = goods(cart) * coupon["percent"] // 100
    cart["coupon"] = code
    coupon["used"] = True
    return {"cart_id": cart_id, "discount": cart["discount"]}


def check_out(cart_id, shipping):
    cart = open_cart(cart_id)
    fees = {"standard": 590, "express": 1190}
    if text("shipping", shipping) not in fees:
        fail("there is no such shipping")
    if not cart["items"]:
        fail("the cart is empty")
    order_id = next_id("orders", "O-")
    total = goods(cart) - cart["discount"] + fees[shipping]
    STATE["orders"][order_id] = {"cart_id": cart_id, "total": total}
    cart["status"] = "ordered"
    return {"order_id": order_id, "total": total}
`;

export const shop: Family = {
  wanted: /\b(cart|shop|store|basket|order|market|kiosk)/i,
  mark: 'check_out',
  world,
  plan,
  functions,
  effect: '    cart["discount"] = goods(cart) * coupon["percent"] // 100\n',
  check: '    whole("quantity", quantity, 1, 40)\n',
};
