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
import java.util.ArrayList;
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
    UpdateParts parts = new UpdateParts(prefixes(withdrawn, terms), prefixes(body, terms), reader);
    return parts.assemble(terms);
  }

  private static Nlri prefixes(ByteBuf in, PeerTerms terms) throws MalformedMessage {
    boolean hasIds = terms.addPath().isReceived(Family.IPV4_UNICAST);
    return PrefixCodec.readAll(IpFamily.IPV4, hasIds, in, NotificationCode.NETWORK_FIELD);
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
    Nlri withdrawn4 = withdrawn(IpFamily.IPV4, update);
    Nlri withdrawn6 = withdrawn(IpFamily.IPV6, update);
    boolean withIds = terms.addPath().isSent(Family.IPV4_UNICAST);
    int start = out.writerIndex();
    out.writeShort(0);
    PrefixCodec.writeAll(withdrawn4, withIds, out);
    out.setShort(start, out.writerIndex() - start - Short.BYTES);

    int attributes = out.writerIndex();
    out.writeShort(0);
    if (!withdrawn6.isEmpty() || update.endOfRib().equals(Optional.of(Family.IPV6_UNICAST))) {
      AttributeWriter.write(new MpUnreach(Family.IPV6_UNICAST, withdrawn6), out, terms);
    }
    Nlri announced4 = attributes(update.announced(), terms, out);
    out.setShort(attributes, out.writerIndex() - attributes - Short.BYTES);
    PrefixCodec.writeAll(announced4, withIds, out);
  }

  /// Gives back what belongs behind the attributes.
  private static Nlri attributes(List<Announcement> announced, PeerTerms terms, ByteBuf out) {
    if (announced.isEmpty()) {
      return Nlri.NONE;
    }
    if (announced.size() > 1) {
      throw new IllegalArgumentException("an UPDATE has one set of attributes");
    }
    PathAttributes all = announced.getFirst().attributes();
    Nlri nlri = new Nlri(announced.getFirst().prefixes(), announced.getFirst().ids());
    Family family = Family.of(nlri.prefixes().getFirst().family());
    NextHop nextHop = all.nextHop().orElseThrow();
    if (family == Family.IPV4_UNICAST && nextHop.address().isIpv4()) {
      AttributeWriter.writeAll(all, out, terms);
      return nlri;
    }
    AttributeWriter.write(new MpReach(family, nextHop, nlri), out, terms);
    AttributeWriter.writeAll(all.without(AttributeType.NEXT_HOP), out, terms);
    return Nlri.NONE;
  }

  private static Nlri withdrawn(IpFamily family, Update update) {
    List<Cidr> prefixes = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < update.withdrawn().size(); i++) {
      if (update.withdrawn().get(i).family() == family) {
        prefixes.add(update.withdrawn().get(i));
        ids.add(update.withdrawnId(i));
      }
    }
    return new Nlri(prefixes, ids);
  }
}
