// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;

/// Peers that are told the same of one family: the best path of each prefix, or several.
sealed interface PeerGroup permits ExportGroup, AddPathGroup {

  /// @param had what the peer has been told before, as `had` of such a group says it
  void join(Receiver member, BitSet had);

  void leave(Receiver member);

  /// What a member has been told.
  BitSet had(Receiver member);

  boolean isEmpty();

  /// Members that do not take more while others do go their own way; to be called now and then.
  void partFromSlow();

  /// What is wanted of a prefix may be different.
  void changed(int prefix);

  /// Whoever is told what this group is, because that failed.
  void failed(RuntimeException cause);

  /// Tells what can be told now.
  ///
  /// @return how often a message was sent to somebody of whom nothing is held back now
  int flush();

  /// Whether the number of a prefix still means something here.
  boolean needs(int prefix);

  /// Whether the members have been told a path of this source.
  boolean tellsOf(int source);

  /// How many paths a member has of us, or will have when it is in step.
  int advertised(int source);

  /// Whether a member has a path to a prefix of us.
  boolean isAdvertised(int prefix, int source);

  /// Whether a member has this path of us.
  ///
  /// @param ident of the path, as `PathTable.ident` gives it
  /// @param isBest it is the best of the prefix
  boolean isAdvertised(int prefix, int ident, boolean isBest, int source);

  /// Writes some of what a member in step has been told, as messages, for others to see. Between
  /// two flushes.
  ///
  /// @return where to go on; negative when all was written
  int repeat(int source, int from, int most, ByteBuf out);

  /// How many prefixes, or paths, there are whose news a member has not been sent.
  int waiting(Receiver member);

  /// The group is given up.
  void close();
}
