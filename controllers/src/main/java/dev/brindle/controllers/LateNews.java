// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

/// Where feeds are begun before what they wake.
final class LateNews implements Runnable {

  private volatile Runnable listener = () -> {};

  void lead(Runnable to) {
    listener = to;
    to.run();
  }

  @Override
  public void run() {
    listener.run();
  }
}
