// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.MpReach;
import dev.brindle.bird.wire.PathAttribute.MpUnreach;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/// UPDATE (RFC 4271 §4.3): IPv4 in its own fields, IPv6 in MP attributes.
///
/// ```
/// | length (2) | withdrawn prefixes | length (2) | attributes | announced prefixes |
/// ```
final class UpdateCodec {

  private UpdateCodec() {}

  static Update decode(ByteBuf body, PeerTerms terms) throws MalformedMessage {
    ByteBuf withdrawn = field(body, "withdrawn prefixes");
    ByteBuf fields = field(body, "attributes");
    boolean isEmpty = !withdrawn.isReadable() && !fields.isReadable() && !body.isReadable();
    if (isEmpty) {
      return Update.endOfRib(Family.IPV4_UNICAST);
    }
    AttributeReader reader = new AttributeReader(terms);
    reader.read(fields);
    UpdateParts parts =
        new UpdateParts(
            PrefixCodec.readAll(IpFamily.IPV4, withdrawn, NotificationCode.NETWORK_FIELD),
            PrefixCodec.readAll(IpFamily.IPV4, body, NotificationCode.NETWORK_FIELD),
            reader);
    return parts.assemble(terms);
  }

  private static ByteBuf field(ByteBuf body, String name) throws MalformedMessage {
    int length = body.readableBytes() < Short.BYTES ? -1 : body.readUnsignedShort();
    if (length < 0 || length > body.readableBytes()) {
      throw new MalformedMessage(
          NotificationCode.UPDATE,
          NotificationCode.ATTRIBUTE_LIST,
          "%s: length is %d, %d octets left".formatted(name, length, body.readableBytes()));
    }
    return body.readSlice(length);
  }

  static void encode(Update update, PeerTerms terms, ByteBuf out) {
    List<Cidr> withdrawn4 = of(IpFamily.IPV4, update.withdrawn());
    List<Cidr> withdrawn6 = of(IpFamily.IPV6, update.withdrawn());
    int start = out.writerIndex();
    out.writeShort(0);
    withdrawn4.forEach(prefix -> PrefixCodec.write(prefix, out));
    out.setShort(start, out.writerIndex() - start - Short.BYTES);

    int attributes = out.writerIndex();
    out.writeShort(0);
    if (!withdrawn6.isEmpty() || update.endOfRib().equals(Optional.of(Family.IPV6_UNICAST))) {
      AttributeWriter.write(new MpUnreach(Family.IPV6_UNICAST, withdrawn6), out, terms);
    }
    List<Cidr> announced4 = attributes(update.announced(), terms, out);
    out.setShort(attributes, out.writerIndex() - attributes - Short.BYTES);
    announced4.forEach(prefix -> PrefixCodec.write(prefix, out));
  }

  /// Gives back what belongs behind the attributes.
  private static List<Cidr> attributes(List<Announcement> announced, PeerTerms terms, ByteBuf out) {
    if (announced.isEmpty()) {
      return List.of();
    }
    if (announced.size() > 1) {
      throw new IllegalArgumentException("an UPDATE has one set of attributes");
    }
    PathAttributes all = announced.getFirst().attributes();
    List<Cidr> prefixes = announced.getFirst().prefixes();
    Family family = Family.of(prefixes.getFirst().family());
    NextHop nextHop = all.nextHop().orElseThrow();
    if (family == Family.IPV4_UNICAST && nextHop.address().isIpv4()) {
      all.list().forEach(attribute -> AttributeWriter.write(attribute, out, terms));
      return prefixes;
    }
    AttributeWriter.write(new MpReach(family, nextHop, prefixes), out, terms);
    all.without(AttributeType.NEXT_HOP)
        .list()
        .forEach(attribute -> AttributeWriter.write(attribute, out, terms));
    return List.of();
  }

  private static List<Cidr> of(IpFamily family, List<Cidr> prefixes) {
    return prefixes.stream().filter(prefix -> prefix.family() == family).toList();
  }
}
