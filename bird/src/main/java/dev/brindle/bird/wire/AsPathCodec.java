// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.AsNumber;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// AS_PATH (code 2): segments of AS numbers, two or four octets each as agreed. Errors:
/// RFC 7606 §7.2, AS 0: RFC 7607, sets: RFC 9774, confederations: RFC 5065 §5. The session compares
/// the first number with the peer and looks for our own.
enum AsPathCodec implements AttributeCodec<AsPath> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.AS_PATH;
  }

  /// What we are ready to keep of one path.
  static final int MAX_NUMBERS = 750;

  private static final int MAX_TWO_OCTET = 0xffff;

  @Override
  public Decoded<AsPath> decode(ByteBuf value, PeerTerms terms) {
    Decoded<AsPath> read = decode(value, terms.fourOctetAs() ? Integer.BYTES : Short.BYTES);
    return read instanceof Decoded.Valid<AsPath>(var path) ? fromPeer(path, terms.kind()) : read;
  }

  /// RFC 5065 §5.
  private static Decoded<AsPath> fromPeer(AsPath path, PeerKind kind) {
    return switch (kind) {
      case INTERNAL -> new Decoded.Valid<>(path);
      case EXTERNAL ->
          path.hasConfederation()
              ? Decoded.malformed(TREAT_AS_WITHDRAW, "confederation segments from outside of it")
              : new Decoded.Valid<>(path);
      case CONFEDERATION ->
          path.beginsInConfederation()
              ? new Decoded.Valid<>(path)
              : Decoded.malformed(TREAT_AS_WITHDRAW, "no confederation segment in front");
    };
  }

  static Decoded<AsPath> decode(ByteBuf value, int width) {
    Decoded<AsPath> read = read(value, width);
    return read instanceof Decoded.Valid<AsPath>(var path) && path.hasSet()
        ? Decoded.malformed(TREAT_AS_WITHDRAW, "AS_SET in the path")
        : read;
  }

  /// With sets.
  static Decoded<AsPath> read(ByteBuf value, int width) {
    List<AsPath.Segment> segments = new ArrayList<>();
    int numbers = 0;
    while (value.isReadable()) {
      if (value.readableBytes() < 2) {
        return Decoded.malformed(TREAT_AS_WITHDRAW, "one octet left over");
      }
      int code = value.readUnsignedByte();
      AsPath.SegmentType type = AsPath.SegmentType.of(code);
      int count = value.readUnsignedByte();
      numbers += count;
      if (type == null) {
        return Decoded.malformed(TREAT_AS_WITHDRAW, "segment type %d".formatted(code));
      }
      if (count == 0 || value.readableBytes() < count * width) {
        return Decoded.malformed(
            TREAT_AS_WITHDRAW,
            "segment of %d numbers, %d octets left".formatted(count, value.readableBytes()));
      }
      if (numbers > MAX_NUMBERS) {
        return Decoded.malformed(
            TREAT_AS_WITHDRAW, "more than %d AS numbers".formatted(MAX_NUMBERS));
      }
      List<AsNumber> path = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        long as = width == Integer.BYTES ? value.readUnsignedInt() : value.readUnsignedShort();
        if (as == 0) {
          return Decoded.malformed(TREAT_AS_WITHDRAW, "AS 0 in the path");
        }
        path.add(new AsNumber(as));
      }
      segments.add(new AsPath.Segment(type, path));
    }
    return new Decoded.Valid<>(new AsPath(segments));
  }

  @Override
  public void encode(AsPath attribute, ByteBuf out, PeerTerms terms) {
    encode(attribute, out, terms.fourOctetAs());
  }

  static void encode(AsPath path, ByteBuf out, boolean fourOctets) {
    for (AsPath.Segment segment : path.segments()) {
      out.writeByte(segment.type().code()).writeByte(segment.numbers().size());
      for (AsNumber as : segment.numbers()) {
        if (fourOctets) {
          out.writeInt((int) as.value());
        } else {
          out.writeShort(
              (int) (as.value() > MAX_TWO_OCTET ? AsNumber.AS_TRANS.value() : as.value()));
        }
      }
    }
  }

  /// Whether two octets suffice.
  static boolean fitsTwoOctets(AsPath path) {
    return path.segments().stream()
        .flatMap(segment -> segment.numbers().stream())
        .allMatch(as -> as.value() <= MAX_TWO_OCTET);
  }
}
