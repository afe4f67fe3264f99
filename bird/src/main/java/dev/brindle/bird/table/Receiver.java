// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// A peer that is told routes.
public interface Receiver {

  /// Its number as a source: what came from it is not told to it.
  int source();

  /// Whether it takes more now.
  boolean isReady();

  /// @param batch is the caller's again when this returns; its bytes may be retained
  void send(ExportBatch batch);

  /// Telling it failed, on our side: it cannot be said what it knows now.
  void failed(RuntimeException cause);

  /// It has been told everything there was. Said again after it was behind.
  void inStep();
}
