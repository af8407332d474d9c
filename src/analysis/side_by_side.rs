//! Independent pieces of work done at the same time. What comes out does not depend on how many threads
//! there are.

use std::num::NonZeroUsize;
use std::thread;

/// Does `work` for each item, several at a time, and gives the results in the order of the items.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut done: Vec<Option<R>> = items.iter().map(|_| None).collect();
    let work = &work;
    thread::scope(|scope| {
        // Every so-many-th item to a thread: neighbours tend to take as long as each other.
        let mut shares: Vec<Vec<(&T, &mut Option<R>)>> = (0..threads).map(|_| Vec::new()).collect();
        for (at, pair) in items.iter().zip(&mut done).enumerate() {
            shares[at % threads].push(pair);
        }
        for share in shares.into_iter().filter(|share| !share.is_empty()) {
            scope.spawn(move || share.into_iter().for_each(|(item, place)| *place = Some(work(item))));
        }
    });
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn results_stand_in_the_order_of_their_items() {
        let items: Vec<u32> = (0..101).collect();
        assert_eq!(side_by_side(&items, |n| n * n), items.iter().map(|n| n * n).collect::<Vec<_>>());
        assert_eq!(side_by_side(&[] as &[u32], |n| *n), Vec::<u32>::new());
    }
}
