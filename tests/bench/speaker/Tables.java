// SPDX-License-Identifier: Apache-2.0

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// What feeders say, as octets: the same for the same seed. Prefixes are numbered /24s from 20.0.0.0 on.
final class Tables {

  static final int BASE = 20 << 24;
  static final int LENGTH = 24;

  private static final int MARKER = 16;
  private static final int SHORTEST_PATH = 2;

  private final Point point;
  private final long seed;

  Tables(Point point, long seed) {
    this.point = point;
    this.seed = seed;
  }

  /// A feeder's whole table, its last prefix and End-of-RIB. Each feeder begins elsewhere.
  ByteBuffer of(Point.Neighbor feeder) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int groups = (point.prefixes() + point.perUpdate() - 1) / point.perUpdate();
    int first = point.isSame() ? 0 : feeder.number() * point.prefixes();
    int start = groups * feeder.number() / point.feeders();
    for (int i = 0; i < groups; i++) {
      int group = (start + i) % groups;
      int from = group * point.perUpdate();
      int to = Math.min(from + point.perUpdate(), point.prefixes());
      boolean isBest = !point.isSame() || group % point.feeders() == feeder.number();
      update(out, feeder, isBest, first / point.perUpdate() + group, first + from, first + to);
    }
    int last = point.size() - point.feeders() + feeder.number();
    update(out, feeder, true, last, last, last + 1);
    message(out, 2, new byte[4]);
    return ByteBuffer.wrap(out.toByteArray());
  }

  /// One prefix with other attributes than before.
  ///
  /// @param time how often it has changed; at least 1
  ByteBuffer changed(Point.Neighbor feeder, int prefix, int time) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    update(out, feeder, true, prefix / point.perUpdate() + time * point.size(), prefix, prefix + 1);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private void update(
      ByteArrayOutputStream out,
      Point.Neighbor feeder,
      boolean isBest,
      int group,
      int from,
      int to) {
    SplittableRandom random = new SplittableRandom(seed + group);
    ByteBuffer attributes = ByteBuffer.allocate(512);
    attributes.put(new byte[] {0x40, 1, 1, (byte) random.nextInt(3)});
    path(attributes, feeder, isBest, random);
    attributes.put(new byte[] {0x40, 3, 4}).put(octets(point.nextHop(feeder)));
    if (feeder.isInternal()) {
      attributes.put(new byte[] {0x40, 5, 4}).putInt(100);
    } else if (random.nextInt(4) == 0) {
      attributes.put(new byte[] {(byte) 0x80, 4, 4}).putInt(random.nextInt(1000));
    }
    int communities = random.nextInt(12);
    if (communities > 0) {
      attributes.put(new byte[] {(byte) 0xc0, 8, (byte) (4 * communities)});
      for (int i = 0; i < communities; i++) {
        attributes.putInt(random.nextInt(1, 60_000) << 16 | i);
      }
    }
    attributes.flip();
    ByteBuffer body = ByteBuffer.allocate(4 + attributes.remaining() + 4 * (to - from));
    body.putShort((short) 0).putShort((short) attributes.remaining()).put(attributes);
    for (int prefix = from; prefix < to; prefix++) {
      int address = BASE + (prefix << 32 - LENGTH);
      body.put((byte) LENGTH);
      body.put((byte) (address >>> 24)).put((byte) (address >>> 16)).put((byte) (address >>> 8));
    }
    message(out, 2, body.array());
  }

  /// The best way is the shortest, and no two are of one length.
  private void path(
      ByteBuffer to, Point.Neighbor feeder, boolean isBest, SplittableRandom random) {
    if (feeder.isInternal()) {
      to.put(new byte[] {0x40, 2, 0});
      return;
    }
    int length = isBest ? SHORTEST_PATH : SHORTEST_PATH + 1 + feeder.number();
    length += point.isSame() ? 0 : random.nextInt(5);
    to.put(new byte[] {0x40, 2, (byte) (2 + 4 * length), 2, (byte) length});
    to.putInt(feeder.as());
    for (int i = 1; i < length; i++) {
      to.putInt(random.nextInt(300_000, 400_000));
    }
  }

  static byte[] open(Point.Neighbor of) {
    ByteBuffer open = ByteBuffer.allocate(24);
    open.put((byte) 4).putShort((short) (of.as() > 0xffff ? 23456 : of.as()));
    open.putShort((short) 240).put(octets(of.address()));
    open.put((byte) 14).put(new byte[] {2, 12, 1, 4, 0, 1, 0, 1, 65, 4}).putInt(of.as());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message(out, 1, java.util.Arrays.copyOf(open.array(), open.position()));
    return out.toByteArray();
  }

  static byte[] keepalive() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message(out, 4, new byte[0]);
    return out.toByteArray();
  }

  private static void message(ByteArrayOutputStream out, int type, byte[] body) {
    for (int i = 0; i < MARKER; i++) {
      out.write(0xff);
    }
    int length = MARKER + 3 + body.length;
    out.write(length >>> 8);
    out.write(length);
    out.write(type);
    out.writeBytes(body);
  }

  static byte[] octets(String address) {
    String[] parts = address.split("\\.");
    byte[] octets = new byte[4];
    for (int i = 0; i < 4; i++) {
      octets[i] = (byte) Integer.parseInt(parts[i]);
    }
    return octets;
  }
}
