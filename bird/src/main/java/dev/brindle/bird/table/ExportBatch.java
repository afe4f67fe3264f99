// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// UPDATEs for the members of a group, encoded once. Most are for all; some are for all but the
/// peer whose path it is, and that peer may have to be told that another path is gone.
public final class ExportBatch {

  static final int NOBODY = -1;

  private final ByteBuf bytes;
  private final UpdateFramer framer;
  private int[] starts = new int[64];
  private int[] exceptions = new int[64];
  private int messages;
  private int[] losers = new int[16];
  private int[] lost = new int[16];
  private int losses;

  ExportBatch(ByteBuf bytes, UpdateFramer framer) {
    this.bytes = bytes;
    this.framer = framer;
  }

  /// All messages one after the other.
  public ByteBuf bytes() {
    return bytes;
  }

  ByteBuf begin(int except) {
    if (messages == starts.length) {
      starts = Arrays.copyOf(starts, 2 * messages);
      exceptions = Arrays.copyOf(exceptions, 2 * messages);
    }
    starts[messages] = bytes.writerIndex();
    exceptions[messages] = except;
    messages++;
    return bytes;
  }

  /// The source must forget what it was told of a prefix.
  void loss(int source, int prefix) {
    if (losses == losers.length) {
      losers = Arrays.copyOf(losers, 2 * losses);
      lost = Arrays.copyOf(lost, 2 * losses);
    }
    losers[losses] = source;
    lost[losses] = prefix;
    losses++;
  }

  public boolean isEmpty() {
    return messages == 0 && losses == 0;
  }

  /// Whether all of it, and nothing else, is for this source.
  public boolean isWholeFor(int source) {
    for (int i = 0; i < messages; i++) {
      if (exceptions[i] == source) {
        return false;
      }
    }
    for (int i = 0; i < losses; i++) {
      if (losers[i] == source) {
        return false;
      }
    }
    return true;
  }

  /// How many messages there are, for whomever.
  public int messages() {
    return messages;
  }

  /// Appends what is for a source.
  ///
  /// @return how many messages that were
  public int writeFor(int source, ByteBuf out) {
    int written = 0;
    for (int message = 0; message < messages; message++) {
      if (exceptions[message] != source) {
        out.writeBytes(bytes, starts[message], end(message) - starts[message]);
        written++;
      }
    }
    return written + writeLosses(source, out);
  }

  private int writeLosses(int source, ByteBuf out) {
    int[] own = new int[losses];
    int count = 0;
    for (int i = 0; i < losses; i++) {
      if (losers[i] == source) {
        own[count++] = lost[i];
      }
    }
    int next = 0;
    int written = 0;
    while (next < count) {
      next = framer.withdraw(own, next, count, out);
      written++;
    }
    return written;
  }

  private int end(int message) {
    return message + 1 == messages ? bytes.writerIndex() : starts[message + 1];
  }
}
