/** A guest house: rooms are booked, extended by extras, confirmed with a discount; an open booking may be in the way. */
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Rng } from '../draws.ts';
import { between, chance, pick } from '../draws.ts';
import { asInteger, asObject } from '../json-text.ts';
import type { Family, GoldPlan, World } from './family.ts';
import { stateOf, toolOf } from './family.ts';

const guests = ['Mara Lindqvist', 'Teo Abara', 'Ines Vargo', 'Jonah Pell', 'Sunniva Rask', 'Olm Terra'];
const extras = ['breakfast', 'parking', 'sauna'];
const id = { kind: 'text', means: 'Id of the booking.' } as const;
const guest = { kind: 'text', means: 'Name of the guest.' } as const;

const tools = [
  toolOf(
    'book_room',
    'Books a free room for a known guest. The booking is open, its total is the price of the room per night times the nights, in cents; the room is then taken. A room that is taken is refused. New ids are BK- and the number after the highest one there is.',
    {
      parameters: {
        room: { kind: 'text', means: 'Id of the room.' },
        guest,
        nights: { kind: 'whole', means: 'Nights.', minimum: 1, maximum: 21 },
      },
      returns: { booking_id: 'id of the new booking', total: 'its total in cents' },
    },
  ),
  toolOf(
    'add_extra',
    'Adds an extra to an open booking, once: its price per night times the nights of the booking goes onto the total. A booking that is not open, or that has the extra, is refused.',
    {
      parameters: { booking_id: id, extra: { kind: 'text', means: 'Name of the extra.', enum: extras } },
      returns: { booking_id: 'id of the booking', total: 'its total in cents now' },
    },
  ),
  toolOf(
    'confirm_booking',
    'Confirms an open booking: the discount in percent is taken off its total, rounded down to whole cents, and its status becomes confirmed. A booking that is not open is refused.',
    {
      parameters: {
        booking_id: id,
        discount: { kind: 'whole', means: 'Discount in percent.', minimum: 0, maximum: 30 },
      },
      returns: { booking_id: 'id of the booking', total: 'its total in cents now' },
    },
  ),
  toolOf('cancel_booking', 'Removes an open booking; its room is free again. A booking that is not open is refused.', {
    parameters: { booking_id: id },
    returns: { booking_id: 'id that was removed', room: 'the room that is free now' },
  }),
  toolOf('guest_total', 'Adds up the totals of all confirmed bookings of a guest.', {
    parameters: { guest },
    returns: { guest: 'name of the guest', total: 'sum in cents' },
  }),
];

function world(rng: Rng): World {
  const rooms = Array.from({ length: 4 }, (_, at) => `R-${11 + at * 3 + between(rng, 0, 2)}`);
  const [first = '', second = '', ...others] = rooms;
  const [asking, other] = [pick(rng, guests.slice(0, 3)), pick(rng, guests.slice(3))];
  const [before, held] = [between(rng, 2, 6), between(rng, 1, 5)];
  const price = (): number => between(rng, 4_103, 15_903);
  const prices: Record<string, number> = Object.fromEntries(rooms.map((room) => [room, price()]));
  const statusOf = (room: string): string => (room === first || room === second ? 'taken' : 'free');
  const wish = chance(rng, 0.5) ? `cancel the booking BK-1 and book its room ${second}` : `book the room ${others[0]}`;
  const task =
    `Please ${wish} for ${asking} for ${between(rng, 2, 9)} nights, add ${pick(rng, extras)}, ` +
    `confirm it with a discount of ${between(rng, 3, 28)} percent, ` +
    `and tell me what the confirmed bookings of ${asking} come to in cents.`;
  const booking = (
    room: string,
    whose: string,
    { nights, status }: { nights: number; status: string },
  ): JsonObject => ({
    room,
    guest: whose,
    nights,
    extras: [],
    total: (prices[room] ?? 0) * nights,
    status,
  });
  return {
    task,
    tools,
    state_schema: stateOf({
      rooms: 'By id: price per night in cents, status free or taken.',
      guests: 'By name: since, a year.',
      extras: 'By name: price per night in cents.',
      bookings: 'By id: room, guest, nights, extras (a list of names), total in cents, status open or confirmed.',
    }),
    initial_state: {
      rooms: Object.fromEntries(rooms.map((room) => [room, { price: prices[room] ?? 0, status: statusOf(room) }])),
      guests: { [asking]: { since: between(rng, 2011, 2018) }, [other]: { since: between(rng, 2019, 2025) } },
      extras: Object.fromEntries(extras.map((name) => [name, { price: between(rng, 310, 1_890) }])),
      bookings: {
        'BK-1': booking(second, other, { nights: held, status: 'open' }),
        'BK-2': booking(first, asking, { nights: before, status: 'confirmed' }),
      },
    },
  };
}

const request =
  /^Please (cancel the booking (\S+) and book its room|book the room) (\S+) for (.+?) for (\d+) nights, add (\w+), confirm it with a discount of (\d+) percent/;

function plan(task: string, state: JsonObject): GoldPlan | undefined {
  const match = request.exec(task);
  if (match === null) return undefined;
  const [, , cancelled, room = '', name = '', nightsText, extra = '', discountText] = match;
  const [nights, discount] = [Number(nightsText), Number(discountText)];
  const amount = (table: string, key: string): number => asInteger(asObject(asObject(state[table])[key])['price']) ?? 0;
  const open = (amount('rooms', room) + amount('extras', extra)) * nights;
  const total = Math.floor((open * (100 - discount)) / 100);
  const earlier = Object.values(asObject(state['bookings']))
    .map((one) => asObject(one))
    .filter((one) => one['guest'] === name && one['status'] === 'confirmed')
    .reduce((sum, one) => sum + (asInteger(one['total']) ?? 0), 0);
  const first = cancelled === undefined ? 1 : 2;
  const reference = `$${first}.booking_id`;
  return {
    calls: [
      ...(cancelled === undefined ? [] : [{ name: 'cancel_booking', arguments: { booking_id: cancelled } }]),
      { name: 'book_room', arguments: { room, guest: name, nights } },
      { name: 'add_extra', arguments: { booking_id: reference, extra } },
      { name: 'confirm_booking', arguments: { booking_id: reference, discount } },
      { name: 'guest_total', arguments: { guest: name } },
    ],
    goal: [
      { path: ['bookings', reference, 'status'], equals: 'confirmed' },
      { path: ['bookings', reference, 'total'], equals: total },
      cancelled === undefined
        ? { path: ['rooms', room, 'status'], equals: 'taken' }
        : { path: ['bookings', cancelled], equals: null },
    ],
    answers: [{ call: first + 3, answer: earlier + total }],
  };
}

const functions = `

def open_booking(booking_id):
    booking = entry("bookings", "booking_id", booking_id)
    if booking["status"] != "open":
        fail("the booking is not open")
    return booking


def book_room(room, guest, nights):
    place = entry("rooms", "room", room)
    entry("guests", "guest", guest)
    whole("nights", nights, 1, 21)
    if place["status"] != "free":
        fail("the room is taken")
    booking_id = next_id("bookings", "BK-")
    total = place["price"] * nights
    STATE["bookings"][booking_id] = {
        "room": room, "guest": guest, "nights": nights, "extras": [], "total": total, "status": "open",
    }
    place["status"] = "taken"
    return {"booking_id": booking_id, "total": total}


def add_extra(booking_id, extra):
    booking = open_booking(booking_id)
    offer = entry("extras", "extra", extra)
    if extra in booking["extras"]:
        fail("the booking has this extra")
    booking["extras"].append(extra)
    booking["total"] += offer["price"] * booking["nights"]
    return {"booking_id": booking_id, "total": booking["total"]}


def confirm_booking(booking_id, discount):
    booking = open_booking(booking_id)
    whole("discount", discount, 0, 30)
    booking["total"] = booking["total"] * (100 - discount) // 100
    booking["status"] = "confirmed"
    return {"booking_id": booking_id, "total": booking["total"]}


def cancel_booking(booking_id):
    booking = open_booking(booking_id)
    STATE["rooms"][booking["room"]]["status"] = "free"
    del STATE["bookings"][booking_id]
    return {"booking_id": booking_id, "room": booking["room"]}


def guest_total(guest):
    entry("guests", "guest", guest)
    own = [one for one in STATE["bookings"].values() if one["guest"] == guest and one["status"] == "confirmed"]
    return {"guest": guest, "total": sum(one["total"] for one in own)}
`;

export const bookings: Family = {
  wanted: /\b(book|room|hotel|guest|inn|hostel|stay)/i,
  mark: 'book_room',
  world,
  plan,
  functions,
  effect: '    booking["total"] += offer["price"] * booking["nights"]\n',
  check: '    whole("nights", nights, 1, 21)\n',
};
