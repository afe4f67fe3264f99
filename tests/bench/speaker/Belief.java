// SPDX-License-Identifier: Apache-2.0

import java.nio.ByteBuffer;

/// What one neighbour was told, beside what it should know.
final class Belief {

  private static final int AS_PATH = 2;

  private final Point point;
  private final Point.Neighbor of;
  private final short[] owners;
  private int wrong;
  private int last = -1;

  Belief(Point point, Point.Neighbor of) {
    this.point = point;
    this.of = of;
    this.owners = new short[point.size()];
    for (int i = 0; i < owners.length; i++) {
      wrong += wanted(i) == 0 ? 0 : 1;
    }
  }

  /// One more than the owner's number; 0 if it is not to be told. Nobody hears its own.
  private int wanted(int prefix) {
    int owner = point.owner(prefix);
    return of.isFeeder() && owner == of.number() ? 0 : owner + 1;
  }

  /// The prefix it was told of last.
  int last() {
    return last;
  }

  void forgetLast() {
    last = -1;
  }

  boolean isRight() {
    return wrong == 0;
  }

  int wrong() {
    return wrong;
  }

  void update(ByteBuffer body) {
    int withdrawn = body.getShort() & 0xffff;
    prefixes(body.slice(body.position(), withdrawn), -1);
    body.position(body.position() + withdrawn);
    int length = body.getShort() & 0xffff;
    int owner = owner(body.slice(body.position(), length));
    body.position(body.position() + length);
    prefixes(body, owner);
  }

  /// Who told it: outside the AS behind the speaker's own; within, whoever has the prefix.
  private static int owner(ByteBuffer attributes) {
    while (attributes.hasRemaining()) {
      int flags = attributes.get();
      int type = attributes.get();
      int length = (flags & 0x10) == 0 ? attributes.get() & 0xff : attributes.getShort() & 0xffff;
      if (type == AS_PATH && length >= 2 + 8) {
        return attributes.getInt(attributes.position() + 2 + 4) - Point.FEEDER_AS;
      }
      attributes.position(attributes.position() + length);
    }
    return Integer.MAX_VALUE;
  }

  private void prefixes(ByteBuffer from, int owner) {
    while (from.hasRemaining()) {
      int length = from.get();
      int address = 0;
      for (int i = 0; i < (length + 7) / 8; i++) {
        address |= (from.get() & 0xff) << 24 - 8 * i;
      }
      int prefix = address - Tables.BASE >>> 32 - Tables.LENGTH;
      if (length != Tables.LENGTH || prefix >= owners.length) {
        throw new IllegalStateException("was told what nobody has: %08x/%d".formatted(address, length));
      }
      int now = owner < 0 ? 0 : (owner == Integer.MAX_VALUE ? point.owner(prefix) : owner) + 1;
      int wanted = wanted(prefix);
      wrong += (now == wanted ? 0 : 1) - (owners[prefix] == wanted ? 0 : 1);
      owners[prefix] = (short) now;
      last = prefix;
    }
  }
}
