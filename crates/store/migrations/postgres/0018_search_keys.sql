-- What names and titles are found by: without accents. Made by the program, which gives it to old rows when it starts.
alter table person add column search_key text;
alter table session add column title_search text;

create index person_without_search_key on person (id) where search_key is null;
create index session_without_title_search on session (id) where title_search is null and title_key is not null;
