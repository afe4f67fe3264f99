// SPDX-License-Identifier: Apache-2.0
/// Calico's keys and values in etcd, as facts of its data model version 3: where a resource is, and
/// what its JSON looks like there.
@NullMarked
package dev.brindle.datastore.etcd.layout;

import org.jspecify.annotations.NullMarked;
