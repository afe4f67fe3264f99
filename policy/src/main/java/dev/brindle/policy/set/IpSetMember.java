// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;

/// A member of a set. One set may have members of both families.
public sealed interface IpSetMember {

  IpFamily family();

  record Net(Cidr cidr) implements IpSetMember {

    @Override
    public IpFamily family() {
      return cidr.family();
    }
  }

  record AddressAndPort(IpAddress address, Protocol protocol, int port) implements IpSetMember {

    @Override
    public IpFamily family() {
      return address.family();
    }
  }
}
