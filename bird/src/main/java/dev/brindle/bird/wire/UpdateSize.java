// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.Cidr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// How much fits into an UPDATE.
public final class UpdateSize {

  /// The longest prefix on the wire.
  public static final int MAX_PREFIX = 17;

  /// Header, the two lengths, and the largest head of an MP attribute (RFC 4760 §3).
  private static final int OVERHEAD = Header.LENGTH + 2 + 2 + 4 + 5 + 32;

  private UpdateSize() {}

  /// How many octets of prefixes go with these attributes.
  public static int room(PathAttributes attributes, PeerTerms terms) {
    ByteBuf scratch = Unpooled.buffer();
    AttributeWriter.writeAll(attributes, scratch, terms);
    return terms.maxMessage() - OVERHEAD - scratch.readableBytes();
  }

  public static int of(Cidr prefix) {
    return PrefixCodec.size(prefix);
  }
}
