// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static dev.brindle.bird.wire.ErrorAction.TREAT_AS_WITHDRAW;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.ClusterList;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// CLUSTER_LIST (code 10): a list, 4 octets each, at least one. Errors: RFC 7606 §7.10.
enum ClusterListCodec implements AttributeCodec<ClusterList> {
  INSTANCE;

  @Override
  public AttributeType type() {
    return AttributeType.CLUSTER_LIST;
  }

  private static final int SIZE = 4;

  @Override
  public boolean isIgnoredFrom(PeerTerms terms) {
    return !terms.isInternal(); // it is about one AS, and a member of a confederation is another
  }

  @Override
  public Decoded<ClusterList> decode(ByteBuf value, PeerTerms terms) {
    if (!value.isReadable() || value.readableBytes() % SIZE != 0) {
      return Decoded.malformed(
          TREAT_AS_WITHDRAW,
          "length is %d, not a multiple of %d".formatted(value.readableBytes(), SIZE));
    }
    List<IpAddress> values = new ArrayList<>(value.readableBytes() / SIZE);
    while (value.isReadable()) {
      values.add(IpAddress.ofIpv4(value.readUnsignedInt()));
    }
    return new Decoded.Valid<>(new ClusterList(values));
  }

  @Override
  public void encode(ClusterList attribute, ByteBuf out, PeerTerms terms) {
    for (IpAddress it : attribute.clusters()) {
      out.writeInt((int) it.low());
    }
  }
}
