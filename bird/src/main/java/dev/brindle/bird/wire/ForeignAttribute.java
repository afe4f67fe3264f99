// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.DISCARD_ATTRIBUTE;
import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// Attributes that mean nothing to us and pass through us. Damaged ones do not, so that nobody
/// behind us meets them: whether flags, lengths and kinds fit is all that is looked at.
final class ForeignAttribute {

  private static final int PMSI_TUNNEL = 22;
  private static final int TUNNEL_ENCAPSULATION = 23;
  private static final int NEXT_HOP_CHARACTERISTICS = 39;
  private static final int PREFIX_SID = 40;

  private static final int TWO_OCTETS = 2;
  private static final int LONG_SUB_TYPES = 0x80;

  private static final int PMSI_HEADER = 5;
  private static final int INGRESS_REPLICATION = 6;
  private static final int LAST_TUNNEL_TYPE = 7;

  private static final int LABEL_INDEX = 1;
  private static final int LABEL_INDEX_LENGTH = 7;
  private static final int LABEL_BLOCK = 3;
  private static final int LABEL_BLOCK_LENGTH = 6;
  private static final int SRV6_L3_SERVICE = 5;
  private static final int SRV6_L2_SERVICE = 6;

  private ForeignAttribute() {}

  /// What is wrong with it, and what its RFC wants done.
  record Objection(ErrorAction action, String reason) {}

  /// @param value is read
  /// @return empty also for an attribute of which we know nothing
  static Optional<Objection> of(int code, int flags, ByteBuf value) {
    return switch (code) {
      case PMSI_TUNNEL, TUNNEL_ENCAPSULATION -> of(code, flags, value, TREAT_AS_WITHDRAW);
      case NEXT_HOP_CHARACTERISTICS, PREFIX_SID -> of(code, flags, value, DISCARD_ATTRIBUTE);
      default -> Optional.empty();
    };
  }

  private static Optional<Objection> of(int code, int flags, ByteBuf value, ErrorAction action) {
    if (!AttributeClass.OPTIONAL_TRANSITIVE.allows(flags)) {
      return Optional.of(new Objection(action, "flags are %02x".formatted(flags)));
    }
    boolean isSound =
        switch (code) {
          case PMSI_TUNNEL -> isTunnel(value);
          case TUNNEL_ENCAPSULATION -> value.isReadable() && areEncapsulations(value);
          case NEXT_HOP_CHARACTERISTICS -> areCharacteristics(value);
          default -> value.isReadable() && areSegments(value);
        };
    return isSound
        ? Optional.empty()
        : Optional.of(new Objection(action, "lengths or kinds inside do not fit"));
  }

  /// Flags (1), tunnel type (1), label (3), identifier (RFC 6514 §5).
  private static boolean isTunnel(ByteBuf value) {
    if (value.readableBytes() < PMSI_HEADER) {
      return false;
    }
    int type = value.skipBytes(1).readUnsignedByte();
    int identifier = value.readableBytes() - 3;
    return type == INGRESS_REPLICATION
        ? identifier == 4 || identifier == 16 // an address
        : type <= LAST_TUNNEL_TYPE;
  }

  /// Type (2), length (2), then sub-TLVs whose lengths have one octet or two (RFC 9012 §2).
  private static boolean areEncapsulations(ByteBuf value) {
    while (value.isReadable()) {
      Optional<ByteBuf> tunnel = element(value, TWO_OCTETS, TWO_OCTETS);
      if (tunnel.isEmpty()) {
        return false;
      }
      ByteBuf inner = tunnel.get();
      while (inner.isReadable()) {
        boolean isLong = inner.getUnsignedByte(inner.readerIndex()) >= LONG_SUB_TYPES;
        if (element(inner, 1, isLong ? TWO_OCTETS : 1).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /// AFI (2), SAFI (1), a next hop with its length (1), then what is said of it: code (2), length
  /// (2) and value (draft-ietf-idr-entropy-label).
  private static boolean areCharacteristics(ByteBuf value) {
    if (value.readableBytes() < 4) {
      return false;
    }
    AfiSafi family = new AfiSafi(value.readUnsignedShort(), value.readUnsignedByte());
    int hop = value.readUnsignedByte();
    boolean fits = hop == 4 || hop == 16 || hop == 32;
    if (Family.of(family).isEmpty() || !fits || value.readableBytes() < hop) {
      return false;
    }
    value.skipBytes(hop);
    while (value.isReadable()) {
      if (element(value, TWO_OCTETS, TWO_OCTETS).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// Type (1), length (2), value (RFC 8669 §3); those of services have sub-TLVs of the same form
  /// behind one reserved octet (RFC 9252 §2).
  private static boolean areSegments(ByteBuf value) {
    while (value.isReadable()) {
      int type = value.getUnsignedByte(value.readerIndex());
      Optional<ByteBuf> found = element(value, 1, TWO_OCTETS);
      if (found.isEmpty() || !isSegment(type, found.get())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSegment(int type, ByteBuf value) {
    int length = value.readableBytes();
    return switch (type) {
      case LABEL_INDEX -> length == LABEL_INDEX_LENGTH;
      case LABEL_BLOCK -> length >= 8 && (length - 2) % LABEL_BLOCK_LENGTH == 0;
      case SRV6_L3_SERVICE, SRV6_L2_SERVICE -> length >= 1 && isService(value.skipBytes(1));
      default -> true;
    };
  }

  private static boolean isService(ByteBuf value) {
    while (value.isReadable()) {
      if (element(value, 1, TWO_OCTETS).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// The value of the next one; empty if it is not all there.
  ///
  /// @param type how many octets its type has
  /// @param length how many its length has, 1 or 2
  private static Optional<ByteBuf> element(ByteBuf in, int type, int length) {
    if (in.readableBytes() < type + length) {
      return Optional.empty();
    }
    in.skipBytes(type);
    int octets = length == 1 ? in.readUnsignedByte() : in.readUnsignedShort();
    return in.readableBytes() < octets ? Optional.empty() : Optional.of(in.readSlice(octets));
  }
}
