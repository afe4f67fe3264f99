// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Lease;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.etcd.layout.LeaseKeys;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.util.Optional;

/// Leases as keys that are compared and set. Not etcd's own leases: those end by the clock of a
/// member, and go on when the members elect another; the candidates judge alike in all stores.
final class EtcdLeases implements Leases {

  private final EtcdCalls calls;

  EtcdLeases(EtcdCalls calls) {
    this.calls = calls;
  }

  @Override
  public Optional<Lease> find(String name) {
    return calls.get("read lease " + name, LeaseKeys.path(name)).getKvs().stream()
        .findFirst()
        .map(stored -> read(name, stored));
  }

  private Lease read(String name, KeyValue stored) {
    try {
      return LeaseKeys.read(name, EtcdCalls.text(stored.getValue()), stored.getModRevision());
    } catch (IllegalArgumentException e) {
      throw new DatastoreException("%s: %s".formatted(calls.name(), e.getMessage()), e);
    }
  }

  @Override
  public Optional<Lease> write(Lease lease) {
    String path = LeaseKeys.path(lease.name());
    CmpTarget<Long> before =
        lease.revision().isEmpty()
            ? CmpTarget.version(0)
            : CmpTarget.modRevision(Long.parseLong(lease.revision()));
    Cmp isAsRead = new Cmp(EtcdCalls.bytes(path), Cmp.Op.EQUAL, before);
    Op put =
        Op.put(EtcdCalls.bytes(path), EtcdCalls.bytes(LeaseKeys.json(lease)), PutOption.DEFAULT);
    TxnResponse answer =
        calls.transaction("write lease " + lease.name(), steps -> steps.If(isAsRead).Then(put));
    return answer.isSucceeded()
        ? Optional.of(lease.withRevision(Long.toString(answer.getHeader().getRevision())))
        : Optional.empty();
  }
}
