// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.util.concurrent.TimeUnit;

/// Ends the plugin if the daemon lives but does not answer. A class with a name: a lambda costs a
/// millisecond here.
final class Patience implements Runnable {

  /// More than the daemon allows itself for any call.
  private static final long SECONDS = 110;

  private final byte[] input;

  private Patience(byte[] input) {
    this.input = input;
  }

  /// @param input the network configuration
  static void begin(byte[] input) {
    Thread thread = new Thread(new Patience(input));
    thread.setDaemon(true);
    thread.start();
  }

  /// Waits rather than sleeps: to sleep loads classes that no cache holds.
  @Override
  public void run() {
    try {
      waitFor(TimeUnit.SECONDS.toNanos(SECONDS));
      Delegate.end();
      PluginMain.end(PluginError.away("no answer within " + SECONDS + " s").reply(input));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void waitFor(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
