// SPDX-License-Identifier: Apache-2.0
/// A cluster of Kubernetes' own programs, with nodes in namespaces, and what people do in it.
///
/// Always real: etcd, kube-apiserver (RBAC, Node authorizer), kube-controller-manager,
/// kube-scheduler, kubectl, the CNI plugin, the daemons, the controllers. Never there: kube-proxy,
/// for which `ServiceProxy` stands. The stories run three times: with a stand-in for kubelet and
/// containerd; with both (Debian's containerd 1.6 and runc 1.1, control groups of either version);
/// and with both, Brindle's image and its manifest; fewer with that manifest's own IPIP, and with
/// each of the other manifests.
/// Each says why where it cannot. `BRINDLE_TEST_CLUSTERS` names those that are to run
/// (`STAND_IN,ETCD`), without it all are.
@NullMarked
package dev.brindle.tests.cluster;

import org.jspecify.annotations.NullMarked;
