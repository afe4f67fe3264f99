// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.AttributeClass.EXTENDED_LENGTH_FLAG;

import dev.brindle.bird.wire.PathAttribute.Unknown;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/// Attributes outside a message: one after the other, each with its header, in order of their
/// codes. For bytes of our own; what a peer sends goes through `MessageCodec`.
public final class AttributeRegion {

  private static final int LONGEST_HEADER = 4;
  private static final int MAX_VALUE = 0xffff;

  private AttributeRegion() {}

  /// As a peer gets them.
  ///
  /// @param fourOctetAs it knows AS numbers of four octets
  /// @throws IllegalArgumentException if a value is longer than an attribute can be
  public static byte[] write(PathAttributes attributes, boolean fourOctetAs) {
    PeerTerms terms = PeerTerms.beforeOpen(PeerKind.INTERNAL).withFourOctetAs(fourOctetAs);
    ByteBuf out = Unpooled.buffer();
    for (PathAttribute attribute : attributes.list()) {
      int start = out.writerIndex();
      AttributeWriter.write(attribute, attributes.isPartial(attribute.code()), out, terms);
      int size = out.writerIndex() - start - LONGEST_HEADER;
      if (size > MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s of %d octets, more than %d"
                .formatted(AttributeType.name(attribute.code()), size, MAX_VALUE));
      }
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /// What `write` wrote with four octets: no rule for peers applies, and a set in the AS path is
  /// read as well.
  ///
  /// @throws IllegalArgumentException if it is anything else
  public static PathAttributes read(byte[] bytes, int from, int length) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes, from, length);
    List<PathAttribute> attributes = new ArrayList<>();
    long partial = 0;
    try {
      while (in.isReadable()) {
        int flags = in.readUnsignedByte();
        boolean isExtended = (flags & EXTENDED_LENGTH_FLAG) != 0;
        int code = in.readUnsignedByte();
        boolean isMarked = AttributeClass.isPartial(flags) && AttributeType.of(code).isPresent();
        partial |= isMarked ? PathAttributes.bit(code) : 0;
        int size = isExtended ? in.readUnsignedShort() : in.readUnsignedByte();
        attributes.add(one(code, in.readSlice(size)));
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("an attribute is cut off", e);
    }
    return PathAttributes.of(attributes).withPartial(partial);
  }

  private static PathAttribute one(int code, ByteBuf value) {
    Decoded<? extends PathAttribute> decoded =
        code == AttributeType.AS_PATH.code()
            ? AsPathCodec.read(value, Integer.BYTES)
            : known(code, value);
    return switch (decoded) {
      case Decoded.Valid<? extends PathAttribute>(var attribute) -> attribute;
      case Decoded.Malformed<? extends PathAttribute>(_, var reason, _) ->
          throw new IllegalArgumentException(AttributeType.name(code) + ": " + reason);
    };
  }

  private static Decoded<? extends PathAttribute> known(int code, ByteBuf value) {
    PeerTerms terms = PeerTerms.beforeOpen(PeerKind.INTERNAL);
    return AttributeTable.of(code)
        .<Decoded<? extends PathAttribute>>map(codec -> codec.decode(value, terms))
        .orElseGet(() -> new Decoded.Valid<>(new Unknown(code, Octets.readAll(value))));
  }
}
