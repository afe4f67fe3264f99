// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import io.netty.buffer.ByteBuf;

/// Packs news into messages: what is gone, then what is told, and prefixes that are told alike
/// share messages. One owner.
final class NewsPacker {

  /// Prefixes packed in one go.
  static final int MOST = 4096;

  private final TellingRules rules;
  private final UpdateFramer framer;
  private final WordBuckets buckets = new WordBuckets(MOST);
  private final int[] withdrawn = new int[MOST];
  private int gone;
  private byte[] attributes = new byte[512];
  private final byte[] nextHop = new byte[32];

  NewsPacker(TellingRules rules, UpdateFramer framer) {
    this.rules = rules;
    this.framer = framer;
  }

  /// @param out takes the messages
  ExportBatch batch(ByteBuf out) {
    return new ExportBatch(out, framer);
  }

  /// The next news are others.
  void begin() {
    buckets.clear();
    gone = 0;
  }

  void gone(int prefix) {
    withdrawn[gone++] = prefix;
  }

  void told(long word, int prefix) {
    buckets.add(word, prefix);
  }

  /// Writes the messages.
  ///
  /// @param lane for whom; nobody hears its own paths
  void pack(ExportLane lane, ExportBatch batch) {
    withdraw(gone, batch);
    for (int bucket = 0; bucket < buckets.count(); bucket++) {
      announce(lane, bucket, batch);
    }
  }

  private void withdraw(int count, ExportBatch batch) {
    int next = 0;
    while (next < count) {
      next = framer.withdraw(withdrawn, next, count, batch.begin(ExportBatch.NOBODY));
    }
  }

  private void announce(ExportLane lane, int bucket, ExportBatch batch) {
    long word = buckets.word(bucket);
    int room = rules.room(word);
    if (room > attributes.length) {
      attributes = new byte[Math.max(room, 2 * attributes.length)];
    }
    int length = rules.attributes(word, attributes);
    int nextHopLength = rules.nextHop(word, nextHop);
    int entry = buckets.first(bucket);
    int except = lane.hasMember(Told.source(word)) ? Told.source(word) : ExportBatch.NOBODY;
    if (!framer.hasRoom(length, nextHopLength)) {
      withdrawBucket(entry, batch); // RFC 8654 §4
      return;
    }
    while (entry != WordBuckets.END) {
      entry =
          framer.announce(
              buckets, entry, attributes, length, nextHop, nextHopLength, batch.begin(except));
    }
  }

  private void withdrawBucket(int first, ExportBatch batch) {
    int count = 0;
    for (int entry = first; entry != WordBuckets.END; entry = buckets.next(entry)) {
      withdrawn[count++] = buckets.prefix(entry);
    }
    withdraw(count, batch);
  }
}
