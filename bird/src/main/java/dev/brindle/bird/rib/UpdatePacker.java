// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.UpdateSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Puts news into as few messages as will hold them: prefixes with equal attributes share one.
public final class UpdatePacker {

  private UpdatePacker() {}

  /// Withdrawals first. A path whose attributes alone fill a message is withdrawn instead, as
  /// RFC 8654 §4 wants.
  public static List<Update> pack(AdjRibOut.News news, PeerTerms terms) {
    List<Update> updates = new ArrayList<>();
    withdraw(news.withdrawn(), terms, updates);
    for (Map.Entry<PathAttributes, List<Cidr>> entry : news.announced().entrySet()) {
      PathAttributes attributes = entry.getKey();
      int room = UpdateSize.room(attributes, terms);
      if (room < UpdateSize.MAX_PREFIX) {
        withdraw(entry.getValue(), terms, updates);
      } else {
        split(entry.getValue(), room, updates, prefixes -> Update.announce(attributes, prefixes));
      }
    }
    return updates;
  }

  private static void withdraw(List<Cidr> prefixes, PeerTerms terms, List<Update> out) {
    split(prefixes, UpdateSize.room(PathAttributes.NONE, terms), out, Update::withdraw);
  }

  private static void split(
      List<Cidr> prefixes, int room, List<Update> out, Function<List<Cidr>, Update> message) {
    for (IpFamily family : IpFamily.values()) {
      List<Cidr> batch = new ArrayList<>();
      int size = 0;
      for (Cidr prefix : prefixes) {
        if (prefix.family() != family) {
          continue;
        }
        int more = UpdateSize.of(prefix);
        if (size + more > room) {
          out.add(message.apply(batch));
          batch = new ArrayList<>();
          size = 0;
        }
        batch.add(prefix);
        size += more;
      }
      if (!batch.isEmpty()) {
        out.add(message.apply(batch));
      }
    }
  }
}
