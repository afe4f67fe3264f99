// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.client.ResourceClient;
import dev.brindle.ctl.client.StoredAddressRelease;
import dev.brindle.datastore.Datastore;

/// Puts a client together over an open store.
final class Clients {

  private Clients() {}

  static ResourceClient of(Datastore store) {
    return new ResourceClient(store, new StoredAddressRelease(store));
  }
}
