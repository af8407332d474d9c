//! Work done by several threads and taken in its order: the same result whatever their number, and never
//! more than a few pieces held at once.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many pieces each thread may be ahead of the one that is taken next.
const AHEAD: usize = 8;

/// Does `work` for 0, 1, … up to `count` on several threads, and gives each result to `take` in that order,
/// on the thread that called. The first failure of `take` ends it.
pub fn in_order<T: Send, E>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = threads.min(count);
    if threads <= 1 {
        return (0..count).try_for_each(|at| take(at, work(at)));
    }
    let belt = Belt { state: Mutex::new(State::default()), moved: Condvar::new(), count, ahead: threads * AHEAD };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                // Should a worker panic, nobody waits for what it will not bring.
                let _leaving = Leaving { belt: &belt, taker: false };
                while let Some(at) = belt.next() {
                    belt.put(at, work(at));
                }
            });
        }
        let _leaving = Leaving { belt: &belt, taker: true };
        for at in 0..count {
            let Some(done) = belt.wait_for(at) else { break };
            take(at, done)?;
        }
        Ok(())
    })
}

struct Belt<T> {
    state: Mutex<State<T>>,
    moved: Condvar,
    count: usize,
    ahead: usize,
}

struct State<T> {
    /// The next piece to begin.
    next: usize,
    /// The next piece to be taken.
    taken: usize,
    done: BTreeMap<usize, T>,
    over: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { next: 0, taken: 0, done: BTreeMap::new(), over: false }
    }
}

impl<T> Belt<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece to work on, once those before it have been taken far enough.
    fn next(&self) -> Option<usize> {
        let waits = |s: &mut State<T>| !s.over && s.next < self.count && s.next >= s.taken + self.ahead;
        let mut state = self.moved.wait_while(self.state(), waits).unwrap_or_else(PoisonError::into_inner);
        if state.over || state.next >= self.count {
            return None;
        }
        state.next += 1;
        Some(state.next - 1)
    }

    fn put(&self, at: usize, done: T) {
        self.state().done.insert(at, done);
        self.moved.notify_all();
    }

    fn wait_for(&self, at: usize) -> Option<T> {
        let waits = |s: &mut State<T>| !s.over && !s.done.contains_key(&at);
        let mut state = self.moved.wait_while(self.state(), waits).unwrap_or_else(PoisonError::into_inner);
        let done = state.done.remove(&at);
        state.taken = at + 1;
        drop(state);
        self.moved.notify_all();
        done
    }
}

/// Ends the work when the taker leaves, or when a worker leaves in a panic.
struct Leaving<'a, T> {
    belt: &'a Belt<T>,
    taker: bool,
}

impl<T> Drop for Leaving<'_, T> {
    fn drop(&mut self) {
        if self.taker || thread::panicking() {
            self.belt.state().over = true;
            self.belt.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [0, 1, 2, 7, 100] {
            let mut taken = Vec::new();
            let ended: Result<(), ()> = in_order(
                50,
                threads,
                |at| at * at,
                |at, done| {
                    assert_eq!(done, at * at);
                    taken.push(at);
                    Ok(())
                },
            );
            assert_eq!(ended, Ok(()));
            assert_eq!(taken, (0..50).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_taker_that_stops_stops_the_work() {
        let worked = AtomicUsize::new(0);
        let work = |_| worked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(in_order(10_000, 3, work, |at, _| if at == 5 { Err("enough") } else { Ok(()) }), Err("enough"));
        assert!(worked.load(Ordering::Relaxed) < 100);
    }

    #[test]
    fn nothing_is_no_work() {
        assert_eq!(in_order(0, 4, |at| at, |_, _| Err(())), Ok(()));
    }
}
