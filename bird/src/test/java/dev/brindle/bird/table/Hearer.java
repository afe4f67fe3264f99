// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// A peer that always takes more and only counts what it is sent.
final class Hearer implements Receiver {

  private final int source;
  private long octets;

  Hearer(int source) {
    this.source = source;
  }

  /// Since it was last asked.
  long takeOctets() {
    long taken = octets;
    octets = 0;
    return taken;
  }

  @Override
  public int source() {
    return source;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void send(ExportBatch batch) {
    octets += batch.bytes().readableBytes();
  }

  @Override
  public void failed(RuntimeException cause) {
    throw cause;
  }

  @Override
  public void inStep() {
    // nothing to say
  }
}
