// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.bird.wire.PathAttribute.Aggregator;
import dev.brindle.bird.wire.PathAttribute.As4Aggregator;
import dev.brindle.bird.wire.PathAttribute.As4Path;
import dev.brindle.bird.wire.PathAttribute.Unknown;
import io.netty.buffer.ByteBuf;

/// Writes attributes with their headers. To a peer that knows only two octets of AS number it adds
/// AS4_PATH and AS4_AGGREGATOR where something would be lost (RFC 6793 §4.2.2).
final class AttributeWriter {

  private static final int SHORT_MAX = 255;

  private AttributeWriter() {}

  static void write(PathAttribute attribute, ByteBuf out, PeerTerms terms) {
    write(attribute, false, out, terms);
  }

  static void writeAll(PathAttributes attributes, ByteBuf out, PeerTerms terms) {
    for (PathAttribute attribute : attributes.list()) {
      write(attribute, attributes.isPartial(attribute.code()), out, terms);
    }
  }

  /// @param isPartial somebody on the way did not know it
  static void write(PathAttribute attribute, boolean isPartial, ByteBuf out, PeerTerms terms) {
    switch (attribute) {
      case Unknown(var code, var value) -> {
        int start =
            begin(
                AttributeClass.OPTIONAL_TRANSITIVE.flags() | AttributeClass.PARTIAL_FLAG,
                code,
                out);
        value.writeTo(out);
        end(start, out);
      }
      case PathAttribute.Simple simple -> known(simple, isPartial, out, terms);
      case AsPath path -> known(path, false, out, terms);
    }
    if (!terms.fourOctetAs()) {
      addFourOctetForm(attribute, out, terms);
    }
  }

  private static void addFourOctetForm(PathAttribute attribute, ByteBuf out, PeerTerms terms) {
    if (attribute instanceof AsPath path
        && !AsPathCodec.fitsTwoOctets(path.withoutConfederation())) {
      known(new As4Path(path.withoutConfederation()), false, out, terms);
    } else if (attribute instanceof Aggregator(var as, var identifier)
        && !AsPathCodec.fitsTwoOctets(AsPath.of(as.value()))) {
      known(new As4Aggregator(as, identifier), false, out, terms);
    }
  }

  private static void known(
      PathAttribute attribute, boolean isPartial, ByteBuf out, PeerTerms terms) {
    AttributeType type = AttributeType.of(attribute.code()).orElseThrow();
    int partial = isPartial ? AttributeClass.PARTIAL_FLAG : 0;
    int start = begin(type.attributeClass().flags() | partial, type.code(), out);
    encode(AttributeTable.codec(type), attribute, out, terms);
    end(start, out);
  }

  @SuppressWarnings("unchecked") // the table gives each type the codec of its attribute
  private static <A extends PathAttribute> void encode(
      AttributeCodec<A> codec, PathAttribute attribute, ByteBuf out, PeerTerms terms) {
    codec.encode((A) attribute, out, terms);
  }

  private static int begin(int flags, int code, ByteBuf out) {
    out.writeByte(flags).writeByte(code).writeByte(0);
    return out.writerIndex();
  }

  /// Puts in the length; a long value moves by one octet to make room for it.
  private static void end(int start, ByteBuf out) {
    int length = out.writerIndex() - start;
    if (length <= SHORT_MAX) {
      out.setByte(start - 1, length);
      return;
    }
    int flags = start - 3;
    out.setByte(flags, out.getByte(flags) | AttributeClass.EXTENDED_LENGTH_FLAG);
    out.writeByte(0);
    out.setBytes(start + 1, out.copy(start, length));
    out.setShort(start - 1, length);
  }
}
