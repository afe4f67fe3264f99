// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.datastore.PodNotes;
import java.util.List;
import java.util.Set;

/// Where the addresses of one call's pod come from: ours, or another plugin.
interface PodIpam {

  /// Of what `assign` will give, where that can be said before; empty where not.
  Set<IpFamily> families(PodAsks asks);

  /// @param earlier what the container has already
  IpamResult assign(PodIdentity pod, PodNotes notes, PodAsks asks, List<Cidr> earlier);

  /// It is no error if there is nothing.
  void release(PodIdentity pod);

  /// @throws dev.brindle.cni.protocol.CniException naming what is missing
  void check();
}
