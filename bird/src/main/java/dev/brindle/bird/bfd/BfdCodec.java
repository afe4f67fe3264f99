// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

import io.netty.buffer.ByteBuf;

/// Control packets as bytes (RFC 5880 §4.1). We never authenticate.
///
/// ```
/// | version 3, diagnostic 5 | state 2, P F C A D M | multiplier 8 | length 8 |
/// | my discriminator 32 | your discriminator 32 |
/// | desired min TX 32 | required min RX 32 | required min echo RX 32 |
/// ```
public final class BfdCodec {

  public static final int LENGTH = 24;

  /// Where `your discriminator` starts.
  public static final int YOUR_DISCRIMINATOR = 8;

  private static final int LENGTH_WITH_AUTHENTICATION = 26;
  private static final int VERSION = 1;
  private static final int VERSION_SHIFT = 5;
  private static final int DIAGNOSTIC_MASK = 0x1f;
  private static final int STATE_SHIFT = 6;
  private static final int POLL = 0x20;
  private static final int FINAL = 0x10;
  private static final int INDEPENDENT = 0x08;
  private static final int AUTHENTICATION = 0x04;
  private static final int DEMAND = 0x02;
  private static final int MULTIPOINT = 0x01;

  private BfdCodec() {}

  /// Any bytes give a value. Checks all of RFC 5880 §6.8.6 that needs no session.
  ///
  /// @param in the payload of one datagram; not moved
  public static BfdReading read(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < LENGTH) {
      return new BfdReading.Discarded(BfdDiscard.LENGTH);
    }
    int first = in.getUnsignedByte(at);
    int flags = in.getUnsignedByte(at + 1);
    int multiplier = in.getUnsignedByte(at + 2);
    int length = in.getUnsignedByte(at + 3);
    boolean isAuthenticated = (flags & AUTHENTICATION) != 0;
    if (first >>> VERSION_SHIFT != VERSION) {
      return new BfdReading.Discarded(BfdDiscard.VERSION);
    }
    if (length < (isAuthenticated ? LENGTH_WITH_AUTHENTICATION : LENGTH)
        || length > in.readableBytes()) {
      return new BfdReading.Discarded(BfdDiscard.LENGTH);
    }
    BfdPacket packet =
        new BfdPacket(
            first & DIAGNOSTIC_MASK,
            BfdState.of(flags >>> STATE_SHIFT),
            (flags & POLL) != 0,
            (flags & FINAL) != 0,
            (flags & INDEPENDENT) != 0,
            (flags & DEMAND) != 0,
            multiplier,
            in.getUnsignedInt(at + 4),
            in.getUnsignedInt(at + YOUR_DISCRIMINATOR),
            in.getUnsignedInt(at + 12),
            in.getUnsignedInt(at + 16),
            in.getUnsignedInt(at + 20));
    return judge(packet, (flags & MULTIPOINT) != 0, isAuthenticated);
  }

  private static BfdReading judge(BfdPacket packet, boolean isMultipoint, boolean isAuthenticated) {
    if (packet.multiplier() == 0) {
      return new BfdReading.Discarded(BfdDiscard.MULTIPLIER);
    }
    if (isMultipoint) {
      return new BfdReading.Discarded(BfdDiscard.MULTIPOINT);
    }
    if (packet.my() == 0) {
      return new BfdReading.Discarded(BfdDiscard.NO_DISCRIMINATOR);
    }
    if (packet.your() == 0 && (packet.state() == BfdState.INIT || packet.state() == BfdState.UP)) {
      return new BfdReading.Discarded(BfdDiscard.UNBOUND);
    }
    if (isAuthenticated) {
      return new BfdReading.Discarded(BfdDiscard.AUTHENTICATED);
    }
    return new BfdReading.Understood(packet);
  }

  /// @param out grows by 24 bytes
  public static void write(BfdPacket packet, ByteBuf out) {
    out.writeByte((VERSION << VERSION_SHIFT) | packet.diagnostic());
    out.writeByte(
        (packet.state().code() << STATE_SHIFT)
            | (packet.isPoll() ? POLL : 0)
            | (packet.isFinal() ? FINAL : 0)
            | (packet.isIndependent() ? INDEPENDENT : 0)
            | (packet.isDemand() ? DEMAND : 0));
    out.writeByte(packet.multiplier());
    out.writeByte(LENGTH);
    out.writeInt((int) packet.my());
    out.writeInt((int) packet.your());
    out.writeInt((int) packet.minTx());
    out.writeInt((int) packet.minRx());
    out.writeInt((int) packet.minEchoRx());
  }
}
